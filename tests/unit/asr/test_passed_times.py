"""Times of words turned back to where they stood in the stream."""

from __future__ import annotations

from typing import Any

import pytest

from asr.passed_times import PassedTimes

pytestmark = pytest.mark.unit


def _placed(times: PassedTimes, start: float, end: float) -> tuple[float, float]:
    words: list[dict[str, Any]] = [{"word": "喂", "start": start, "end": end}]
    times.place(words)
    return words[0]["start"], words[0]["end"]


def test_a_word_stands_as_far_into_its_piece_as_it_was_fed() -> None:
    times = PassedTimes(0.0)
    times.add(10.0, 2.0)
    assert _placed(times, 0.5, 0.9) == (10.5, 10.9)


def test_what_a_recogniser_heard_on_streams_before_does_not_count() -> None:
    times = PassedTimes(300.0)
    times.add(10.0, 2.0)
    assert _placed(times, 300.5, 300.9) == (10.5, 10.9)


def test_a_word_of_a_later_piece_stands_after_the_silence_between() -> None:
    times = PassedTimes(0.0)
    times.add(1.0, 2.0)
    times.add(9.0, 2.0)
    assert _placed(times, 2.5, 2.9) == (9.5, 9.9)


def test_a_word_that_ends_with_its_piece_stays_in_it() -> None:
    times = PassedTimes(0.0)
    times.add(1.0, 2.0)
    times.add(9.0, 2.0)
    assert _placed(times, 1.5, 2.0) == (2.5, 3.0)


def test_pieces_without_a_gap_are_one() -> None:
    times = PassedTimes(0.0)
    for block in range(1000):
        times.add(5.0 + block * 0.1, 0.1)
    assert len(times._starts) == 1
    assert _placed(times, 99.5, 99.9) == (104.5, 104.9)


def test_what_had_its_result_is_forgotten_and_the_next_word_still_placed() -> None:
    times = PassedTimes(0.0)
    for turn in range(100):
        times.add(10.0 * turn, 2.0)
        times.forget()
    assert len(times._starts) == 2
    assert _placed(times, 198.5, 198.9) == (990.5, 990.9)
