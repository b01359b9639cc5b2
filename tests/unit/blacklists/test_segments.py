"""Cutting overlapping blocks into segments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blacklists.key import key_of
from blacklists.segments import CrowdedNumberError, cut_into_segments

pytestmark = pytest.mark.unit

_ENDS = st.tuples(st.integers(1, 30), st.integers(1, 30)).map(sorted)


@given(blocks=st.lists(_ENDS, max_size=12), key=st.integers(0, 32))
def test_a_key_has_the_blocks_it_lies_in(blocks, key):
    segments = cut_into_segments([low for low, _ in blocks], [high for _, high in blocks], 12)
    assert list(segments.at(key)) == [place for place, (low, high) in enumerate(blocks) if low <= key <= high]


def test_blocks_one_behind_the_other_are_never_too_many():
    segments = cut_into_segments(range(1, 1000), range(1, 1000), 1)
    assert list(segments.at(500)) == [499]


def test_the_number_with_too_many_blocks_is_named():
    low, inner, high = (key_of(f"+861380000{end}") for end in (1000, 1500, 2000))
    with pytest.raises(CrowdedNumberError, match=r"\+8613800001500 is covered by more than 1"):
        cut_into_segments([low, inner], [high, high], 1)
