"""How the speech benchmark looks for a limit, and how it judges what it found."""

from __future__ import annotations

import pytest

from asr.bench.recorded_call import RecordedCall
from asr.bench.trial import Lag, Trial
from tests.perf.bench_speech import compared, enough_for, most

pytestmark = pytest.mark.unit

MANY = 1000


def _trial(streams: int) -> Trial:
    return Trial(streams, 60, 0.1, Lag(600.0, 900.0, 1000.0), 100, 0, 0, None, float(streams))


@pytest.mark.parametrize("limit", [2, 3, 5, 7, 12])
def test_the_most_streams_that_were_held_are_found(limit: int) -> None:
    found = most(lambda streams: _trial(streams) if streams <= limit else None, MANY)
    assert found is not None
    assert found.streams == limit


def test_large_numbers_are_found_to_a_tenth() -> None:
    found = most(lambda streams: _trial(streams) if streams <= 37 else None, MANY)
    assert found is not None
    assert 34 <= found.streams <= 37


def test_nothing_is_found_where_the_first_try_is_not_held() -> None:
    assert most(lambda _: None, MANY) is None


def test_a_ratio_that_is_too_small_misses_its_budget() -> None:
    assert compared("ours", _trial(7), _trial(3), MANY, least=2.5).missed == ["plain_to_ours"]


def test_a_ratio_that_is_large_enough_keeps_its_budget() -> None:
    assert not compared("ours", _trial(8), _trial(3), MANY, least=2.5).missed


def test_where_ours_holds_nothing_the_budget_is_missed() -> None:
    result = compared("ours", None, _trial(2), MANY, least=2.5)
    assert result.missed == ["plain_to_ours"]
    assert result.ratios["ratio_to_plain"] == 0


def test_the_ratio_is_told_with_the_trial_it_is_of() -> None:
    told = compared("ours", _trial(8), _trial(3), MANY).as_json()["details"]
    assert (told["streams"], told["ratio_to_plain"]) == (8, 2.667)


@pytest.mark.parametrize("enough", [2, 6, 24])
def test_no_more_streams_are_tried_than_there_are_calls_for(enough: int) -> None:
    tried: list[int] = []

    def holds(streams: int) -> Trial:
        tried.append(streams)
        return _trial(streams)

    found = most(holds, enough)
    assert found is not None
    assert (found.streams, max(tried)) == (enough, enough)


@pytest.mark.parametrize(("streams", "limited"), [(24, 1), (22, 0)])
def test_a_limit_that_is_only_that_of_the_calls_is_told(streams: int, limited: int) -> None:
    result = compared("ours", _trial(streams), _trial(3), enough=24)
    assert result.sizes["limited_by_calls"] == limited


def test_calls_are_enough_for_as_many_streams_as_none_is_played_twice() -> None:
    second = (bytes(1600),) * 10
    calls = [RecordedCall(str(n), second * 60, second * 60) for n in range(5)]
    assert (enough_for(calls, 60), enough_for(calls, 61), enough_for(calls, 600)) == (10, 4, 0)
