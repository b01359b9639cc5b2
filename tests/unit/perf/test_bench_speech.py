"""How the speech benchmark looks for a limit, and how it judges what it found."""

from __future__ import annotations

import pytest

from asr.bench.trial import Lag, Trial
from tests.perf.bench_speech import compared, most

pytestmark = pytest.mark.unit


def _trial(streams: int) -> Trial:
    return Trial(streams, 60, 0.1, Lag(600.0, 900.0, 1000.0), 100, 0, 0, None, float(streams))


@pytest.mark.parametrize("limit", [2, 3, 5, 7, 12])
def test_the_most_streams_that_were_held_are_found(limit: int) -> None:
    found = most(lambda streams: _trial(streams) if streams <= limit else None)
    assert found is not None
    assert found.streams == limit


def test_large_numbers_are_found_to_a_tenth() -> None:
    found = most(lambda streams: _trial(streams) if streams <= 37 else None)
    assert found is not None
    assert 34 <= found.streams <= 37


def test_nothing_is_found_where_the_first_try_is_not_held() -> None:
    assert most(lambda _: None) is None


def test_a_ratio_that_is_too_small_misses_its_budget() -> None:
    assert compared("ours", _trial(7), _trial(3), least=2.5).missed == ["plain_to_ours"]


def test_a_ratio_that_is_large_enough_keeps_its_budget() -> None:
    assert not compared("ours", _trial(8), _trial(3), least=2.5).missed


def test_where_ours_holds_nothing_the_budget_is_missed() -> None:
    result = compared("ours", None, _trial(2), least=2.5)
    assert result.missed == ["plain_to_ours"]
    assert result.ratios["ratio_to_plain"] == 0
