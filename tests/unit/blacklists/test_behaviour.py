"""How calls are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blacklists.behaviour import (
    LEAST_REPEATS,
    LEAST_RESIDENTS,
    REPEAT_WINDOW,
    Behaviour,
    coarse,
    most_within,
)

pytestmark = pytest.mark.unit

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
times = st.lists(st.integers(0, 3600).map(lambda seconds: NOON + timedelta(seconds=seconds)), max_size=30)


@given(times)
def test_the_most_calls_in_a_window_are_found_by_looking_at_each(called: list[datetime]):
    by_hand = max((sum(a <= b < a + REPEAT_WINDOW for b in called) for a in called), default=0)
    assert most_within(called) == by_hand


def test_a_call_ten_minutes_later_is_no_repetition():
    assert most_within([NOON, NOON + timedelta(minutes=10)]) == 1


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(residents_last_hour=LEAST_RESIDENTS),
        Behaviour(repeats=LEAST_REPEATS),
        Behaviour(later_reported=1),
    ],
)
def test_each_count_alone_is_remarkable(behaviour: Behaviour):
    assert behaviour.is_remarkable


def test_below_every_threshold_nothing_is_remarkable():
    assert not Behaviour(LEAST_RESIDENTS - 1, LEAST_REPEATS - 1, 0).is_remarkable


@pytest.mark.parametrize(
    ("count", "told"), [(0, 0), (9, 9), (10, 10), (19, 10), (20, 20), (99, 50), (100, 100), (10**6, 1000)]
)
def test_large_counts_are_told_coarsely(count: int, told: int):
    assert coarse(count) == told


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_telling_coarsely_keeps_the_order_and_never_exaggerates(one: int, other: int):
    low, high = sorted((one, other))
    assert coarse(low) <= coarse(high) <= high
