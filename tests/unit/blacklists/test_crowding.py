"""How many blocks lie over one number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blacklists.crowding import Crowd, densest, surplus

pytestmark = pytest.mark.unit

_BLOCKS = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)).map(sorted), min_size=1, max_size=20)


def over(blocks: list[list[int]], key: int) -> list[int]:
    return [place for place, (low, high) in enumerate(blocks) if low <= key <= high]


def ends(blocks: list[list[int]]) -> tuple[list[int], list[int]]:
    return [low for low, _ in blocks], [high for _, high in blocks]


@given(blocks=_BLOCKS)
def test_the_densest_number_is_that_of_all_numbers(blocks):
    crowd = densest(*ends(blocks))
    assert crowd.blocks == len(over(blocks, crowd.key)) == max(len(over(blocks, key)) for key in range(31))


def test_blocks_that_touch_do_not_add_up():
    assert densest([1, 3], [2, 4]) == Crowd(1, 1)


@given(blocks=_BLOCKS, most=st.integers(1, 5))
def test_without_the_surplus_no_number_has_too_many(blocks, most):
    left_out = set(surplus(*ends(blocks), most))
    assert all(len(set(over(blocks, key)) - left_out) <= most for key in range(31))


@given(blocks=_BLOCKS, most=st.integers(1, 5))
def test_nothing_is_left_out_that_is_not_in_a_crowd(blocks, most):
    crowded = {place for key in range(31) if len(over(blocks, key)) > most for place in over(blocks, key)}
    assert set(surplus(*ends(blocks), most)) <= crowded


def test_those_given_first_stay():
    assert surplus([5, 1, 5], [9, 9, 5], 2) == [2]
