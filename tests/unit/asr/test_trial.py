"""What a trial asks for and how it is judged."""

from __future__ import annotations

import pytest

from asr.bench.load import Load
from asr.bench.recorded_call import RecordedCall
from asr.bench.trial import Lag
from contracts.errors import BadInputError

pytestmark = pytest.mark.unit

BLOCK = bytes(1600)


def _calls(*seconds: int) -> list[RecordedCall]:
    return [RecordedCall(f"call {n}", (BLOCK,) * 10 * s, (BLOCK,) * 10 * s) for n, s in enumerate(seconds)]


@pytest.mark.parametrize("streams", [1, 2])
def test_calls_that_last_long_enough_are_enough(streams: int) -> None:
    assert Load(_calls(20, 10), streams, seconds=30).calls


def test_two_calls_at_once_need_twice_as_many() -> None:
    with pytest.raises(BadInputError, match="3 calls keep 4 streams busy for 20 s"):
        Load(_calls(20, 10, 10), streams=4, seconds=30)


def test_calls_may_be_repeated_where_that_is_wanted() -> None:
    assert Load(_calls(1), streams=20, seconds=3600, repeats=True).repeats


def test_percentiles_are_lags_that_were_measured() -> None:
    assert Lag.of([float(n) for n in range(1, 101)]) == Lag(50.0, 95.0, 99.0)


def test_of_few_lags_the_95th_percentile_is_the_longest() -> None:
    assert Lag.of([500.0, 3000.0, 400.0]) == Lag(500.0, 3000.0, 3000.0)


def test_without_a_result_there_is_no_lag() -> None:
    assert Lag.of([]) == Lag(None, None, None)
