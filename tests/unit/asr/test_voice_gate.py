"""The voice gate on recorded speech with known silence around it."""

from __future__ import annotations

from random import Random
from struct import iter_unpack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.telephone_line import through_alaw
from asr.voice_gate import OpenGate, Passage, VoiceGate
from tests.fixtures.recordings import pcm_of, turns_of

pytestmark = pytest.mark.unit

MS = 16
"""Bytes of a millisecond at 8000 Hz."""
_TURN = turns_of("fraud_police", "caller")[0]
SPEECH = pcm_of("fraud_police", "caller")[int(1000 * _TURN["start_s"]) * MS :][: 2000 * MS]
STREAM = through_alaw(bytes(3000 * MS) + SPEECH + bytes(3000 * MS))
"""3 s of silence, 2 s of speech, 3 s of silence."""
FIRST_SOUND_MS = next(at for at, (sample,) in enumerate(iter_unpack("<h", STREAM)) if abs(sample) > 300) // 8


def _admitted(gate: VoiceGate | OpenGate, pcm: bytes, size: int) -> list[Passage]:
    return [each for at in range(0, len(pcm), size) for each in gate.admit(pcm[at : at + size])]


def _spans(passages: list[Passage]) -> list[tuple[int, int]]:
    """Return begin and end of what passed without a gap, ms."""
    spans: list[tuple[int, int]] = []
    for each in passages:
        end = each.start_ms + len(each.pcm) // MS
        if spans and spans[-1][1] == each.start_ms:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((each.start_ms, end))
    return spans


def _gate(sample_rate: int = 8000) -> VoiceGate:
    """Return a gate that knows the line: until its detector does, in the first second, all may pass."""
    gate = VoiceGate(sample_rate)
    gate.admit(through_alaw(bytes(sample_rate * 2)))
    return gate


def test_silence_does_not_pass() -> None:
    assert _admitted(_gate(), through_alaw(bytes(10_000 * MS)), 1600) == []


def test_noise_of_the_line_does_not_pass() -> None:
    noise = Random(1)
    hiss = b"".join(int(noise.gauss(0, 40)).to_bytes(2, "little", signed=True) for _ in range(80_000))
    gate = _gate()
    gate.admit(hiss)
    assert _admitted(gate, hiss, 1600) == []


def test_what_stood_before_a_voice_passes_with_it() -> None:
    (start, _), *_ = _spans(_admitted(_gate(), STREAM, 1600))
    assert 200 <= 1000 + FIRST_SOUND_MS - start <= 600


def test_silence_after_a_voice_passes_for_the_hang_over_and_no_longer() -> None:
    *_, (_, end) = _spans(_admitted(_gate(), STREAM, 1600))
    assert 6400 <= end <= 6900


def test_what_passes_is_the_stream_at_its_place() -> None:
    passages = _admitted(VoiceGate(8000), STREAM, 1600)
    assert passages
    assert all(STREAM[each.start_ms * MS :].startswith(each.pcm) for each in passages)


def test_a_closed_gate_opens_again_for_the_next_voice() -> None:
    gate = _gate()
    _admitted(gate, STREAM[: 4000 * MS], 1600)
    gate.close()
    assert _admitted(gate, STREAM[4000 * MS : 5000 * MS], 1600)


def test_one_message_may_hold_silence_between_two_voices() -> None:
    assert len(_gate().admit(STREAM + STREAM)) == 2


WANTED = _spans(_admitted(VoiceGate(8000), STREAM, 1600))


@settings(max_examples=20, deadline=None)
@given(size=st.integers(min_value=1, max_value=4000).map(lambda samples: 2 * samples))
def test_the_same_passes_in_messages_of_any_size(size: int) -> None:
    assert _spans(_admitted(VoiceGate(8000), STREAM, size)) == WANTED


def test_an_open_gate_lets_all_through_at_its_place() -> None:
    assert _spans(_admitted(OpenGate(8000), STREAM, 1600)) == [(0, 8000)]


def test_speech_at_16000_hz_passes_as_well() -> None:
    wide = b"".join(2 * STREAM[at : at + 2] for at in range(0, len(STREAM), 2))
    passages = _admitted(_gate(16_000), wide, 3200)
    assert 200 <= 1000 + FIRST_SOUND_MS - passages[0].start_ms <= 600
