"""Who hears whom: both legs, both taps, the whisper; measured on what was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from contracts.evidence import Speaker
from telephony.link.messages import Ended, Incoming, Play, Played
from telephony.worker.calls import PROMPTS
from tests.fixtures.exchange import CALLED, node_settings
from tests.fixtures.likeness import likeness, samples_of
from tests.fixtures.telephones import RATE, caller_phone, murmur, resident_phone
from tests.fixtures.worker_process import PlayedController, controlled

pytestmark = [pytest.mark.sip, pytest.mark.timeout(90)]

CALL_S = 14.0
WHISPER = "connecting_operator.wav"
PART = RATE // 4
HEARD = 0.8
NOT_HEARD = 0.3
"""Likeness of a quarter of a second of sound; what two unrelated murmurs have in common is below 0.2."""
MOST = 0.75
"""Of the parts: on a busy machine a jitter buffer slips by a frame within some. Silence gives 0."""


@dataclass(frozen=True)
class Recorded:
    """One call with a whisper in its middle, as heard at every end."""

    caller: np.ndarray
    """What the caller's phone played."""
    resident: np.ndarray
    whisper: np.ndarray
    at_caller: np.ndarray
    """What the caller's phone heard."""
    at_resident: np.ndarray
    taps: dict[Speaker, np.ndarray]
    whispered: tuple[float, float]
    """When the whisper began and ended, seconds into the caller's recording, as the taps tell."""
    controller: PlayedController


def parts(source: np.ndarray, whole: np.ndarray) -> list[float]:
    """Return how much of each quarter of a second of a source is in a recording."""
    return [likeness(part, whole) for part in np.split(source, range(PART, len(source), PART))[:-1]]


def spoken(source: np.ndarray, whole: np.ndarray) -> list[float]:
    """Return the same for the loud parts of speech: pauses resemble everything and nothing."""
    pieces = [source[at : at + PART] for at in range(0, len(source) - PART, PART)]
    loud = [piece for piece in pieces if np.sqrt((piece**2).mean()) > 1000]
    assert len(loud) >= 8
    return [likeness(piece, whole) for piece in loud]


def share_heard(values: list[float]) -> float:
    """Return which share of the parts is in the recording."""
    return sum(value > HEARD for value in values) / len(values)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    folder: Path = tmp_path_factory.mktemp("sound")
    caller_wav = murmur(folder / "caller-plays.wav", 1, CALL_S)
    resident_wav = murmur(folder / "resident-plays.wav", 2, CALL_S + 1)
    with resident_phone(wav=resident_wav, record=folder) as resident:
        settings = node_settings(folder, resident.script.sip_port)
        with controlled(settings) as (_, controller):
            targets = (f"sip:{CALLED}@127.0.0.1:{settings.sip_port}",)
            with caller_phone(targets=targets, number="19900000007", wav=caller_wav, record=folder) as caller:
                begin, end = whisper(controller)
                caller.wait_for("gone")
            resident.wait_for("gone")
            controller.wait_for(Ended)
    call_id = controller.of(Incoming)[0].call_id
    taps = {
        party: np.frombuffer(bytes(controller.sounds[call_id, party]), np.int16).astype(float)
        for party in Speaker
    }
    return Recorded(
        samples_of(caller_wav),
        samples_of(resident_wav),
        samples_of(PROMPTS / WHISPER),
        samples_of(folder / "caller.wav"),
        samples_of(folder / "resident-1.wav"),
        taps,
        (begin, end),
        controller,
    )


def whisper(controller: PlayedController) -> tuple[float, float]:
    """Whisper after three seconds; return when it began and ended, in seconds of tapped sound."""

    def tapped() -> float:
        sounds = controller.sounds
        return min((len(sounds[key]) for key in list(sounds)), default=0) / (2 * RATE)

    controller.until(lambda: tapped() > 3, "three seconds of sound", 20)
    call_id = controller.of(Incoming)[0].call_id
    begin = tapped()
    controller.send(Play(call_id=call_id, file=WHISPER, hold_peer=True))
    controller.wait_for(Played, seconds=20)
    return begin, tapped()


def during(recorded: Recorded, values: list[float]) -> tuple[list[float], list[float]]:
    """Split values per part into those well within the whisper, and those well outside of it."""
    begin, end = recorded.whispered
    times = [at * PART / RATE for at in range(len(values))]
    within = [value for at, value in zip(times, values, strict=True) if begin + 0.7 < at < end - 1.0]
    outside = [value for at, value in zip(times, values, strict=True) if at < begin - 1.0 or end + 0.7 < at]
    return within, outside


@pytest.mark.parametrize("party", Speaker)
def test_each_tap_hears_all_of_its_own_leg(recorded, party):
    source = recorded.caller if party is Speaker.CALLER else recorded.resident
    assert share_heard(parts(source[: int((CALL_S - 1) * RATE)], recorded.taps[party])) >= MOST


@pytest.mark.parametrize("party", Speaker)
def test_no_tap_hears_anything_of_the_other_leg(recorded, party):
    source = recorded.resident if party is Speaker.CALLER else recorded.caller
    assert max(parts(source, recorded.taps[party])) < NOT_HEARD


@pytest.mark.parametrize("party", Speaker)
def test_no_tap_hears_the_whisper(recorded, party):
    assert max(spoken(recorded.whisper, recorded.taps[party])) < NOT_HEARD


def test_the_resident_hears_the_caller_before_and_after_the_whisper(recorded):
    _, outside = during(recorded, parts(recorded.caller, recorded.at_resident))
    assert len(outside) >= 5 * RATE // PART
    assert share_heard(outside) >= MOST


def test_the_resident_does_not_hear_the_caller_during_the_whisper(recorded):
    within, _ = during(recorded, parts(recorded.caller, recorded.at_resident))
    assert len(within) >= 3 * RATE // PART
    assert max(within) < NOT_HEARD


def test_the_resident_hears_the_whisper_whole(recorded):
    assert share_heard(spoken(recorded.whisper, recorded.at_resident)) >= MOST


def test_the_caller_does_not_hear_the_whisper(recorded):
    assert max(spoken(recorded.whisper, recorded.at_caller)) < NOT_HEARD


def test_the_caller_hears_the_resident_all_the_time(recorded):
    heard = parts(recorded.resident[: int((CALL_S - 1) * RATE)], recorded.at_caller)
    assert share_heard(heard) >= MOST


def test_the_whisper_is_told_to_be_over_when_it_is(recorded):
    begin, end = recorded.whispered
    assert abs((end - begin) - len(recorded.whisper) / RATE) < 1.0


def test_taps_lose_no_sound(recorded):
    assert recorded.controller.stats.counters["pcm_frames_dropped"] == 0
