"""When a stream counts as decoded too slowly."""

from __future__ import annotations

import pytest

from asr.pace import Pace

pytestmark = pytest.mark.unit


def _messages(pace: Pace, count: int, *, wait_s: float, decode_s: float, audio_s: float = 0.1) -> float:
    """Let messages come one after another from time 0 on; return the time after the last."""
    now = 0.0
    for _ in range(count):
        pace.asks(now)
        now += wait_s
        pace.gets(now)
        now += decode_s
        pace.decoded(audio_s)
    return now


def test_a_live_stream_that_waits_for_its_blocks_is_not_behind() -> None:
    pace = Pace(0.0)
    assert not pace.is_behind(_messages(pace, 100, wait_s=0.06, decode_s=0.04))


def test_a_live_stream_whose_blocks_wait_for_it_is_behind() -> None:
    pace = Pace(0.0)
    assert pace.is_behind(_messages(pace, 20, wait_s=0.0, decode_s=0.12))


def test_a_moment_of_slowness_is_forgiven() -> None:
    pace = Pace(0.0)
    assert not pace.is_behind(_messages(pace, 5, wait_s=0.0, decode_s=0.12))


def test_a_recording_decoded_faster_than_it_was_spoken_is_not_behind() -> None:
    pace = Pace(0.0)
    assert not pace.is_behind(_messages(pace, 100, wait_s=0.0, decode_s=0.02))


def test_a_stream_that_has_caught_up_is_not_behind() -> None:
    pace = Pace(0.0)
    now = _messages(pace, 20, wait_s=0.0, decode_s=0.12)
    pace.asks(now)
    pace.gets(now + 0.05)
    assert not pace.is_behind(now + 0.06)


def test_a_stream_whose_client_says_nothing_is_not_behind() -> None:
    pace = Pace(0.0)
    now = _messages(pace, 20, wait_s=0.0, decode_s=0.12)
    pace.asks(now)
    assert not pace.is_behind(now + 30)


def test_a_block_that_is_not_decoded_at_all_is_behind() -> None:
    pace = Pace(0.0)
    pace.asks(0.0)
    pace.gets(0.05)
    assert pace.is_behind(1.2)
