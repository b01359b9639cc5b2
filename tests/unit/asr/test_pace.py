"""How far the decoding of a stream is behind."""

from __future__ import annotations

import pytest

from asr.pace import Pace

pytestmark = pytest.mark.unit


def _blocks(
    pace: Pace, count: int, *, decode_s: float, apart_s: float = 0.0, audio_s: float = 0.1, now: float = 100.0
) -> float:
    """Decode blocks one after another from a time on; return the time after the last."""
    for _ in range(count):
        pace.asks(now, audio_s)
        now += decode_s
        pace.gets(now)
        now += apart_s
    return now


def test_a_live_stream_that_waits_for_its_blocks_is_not_behind() -> None:
    pace = Pace()
    assert pace.behind_s(_blocks(pace, 100, decode_s=0.04, apart_s=0.06)) == 0


def test_a_live_stream_whose_blocks_wait_for_it_is_behind_by_what_they_took_longer() -> None:
    pace = Pace()
    now = _blocks(pace, 60, decode_s=0.12)
    assert pace.behind_s(now) == pytest.approx(1.2)
    assert pace.is_late(now)


def test_a_moment_of_slowness_is_not_late() -> None:
    pace = Pace()
    assert not pace.is_late(_blocks(pace, 5, decode_s=0.25))


def test_a_recording_decoded_faster_than_it_was_spoken_is_not_behind() -> None:
    pace = Pace()
    assert pace.behind_s(_blocks(pace, 100, decode_s=0.02)) == 0


def test_a_stream_that_catches_up_is_less_behind_with_every_block() -> None:
    pace = Pace()
    now = _blocks(pace, 60, decode_s=0.12)
    now = _blocks(pace, 10, decode_s=0.05, now=now)
    assert pace.behind_s(now) == pytest.approx(0.7)


def test_a_stream_whose_client_is_silent_or_does_not_read_lets_decoding_catch_up() -> None:
    pace = Pace()
    now = _blocks(pace, 60, decode_s=0.12)
    assert pace.behind_s(now + 0.5) == pytest.approx(0.7)
    assert pace.behind_s(now + 30) == 0


def test_a_block_that_is_not_decoded_at_all_is_late() -> None:
    pace = Pace()
    pace.asks(100.0, 0.1)
    assert not pace.is_late(101.0)
    assert pace.is_late(101.2)


@pytest.mark.parametrize("audio_s", [0.0, 0.000125])
def test_a_flood_of_blocks_of_nothing_is_not_behind(audio_s: float) -> None:
    pace = Pace()
    assert pace.behind_s(_blocks(pace, 10_000, decode_s=0.001, audio_s=audio_s)) == 0
