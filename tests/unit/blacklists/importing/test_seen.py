"""The patterns a file has named so far."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blacklists.importing.change import ends
from blacklists.importing.seen import ASKED, NOTHING, SEGMENT, SeenPatterns, asked, contents, identity
from blacklists.pattern import Pattern
from contracts.number_list import EntryKind
from tests.fixtures.import_rows import import_row

pytestmark = pytest.mark.unit


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=8), max_size=20))
def test_each_repetition_is_told_with_the_line_that_came_first(batches: list[list[int]]) -> None:
    seen, first, line = SeenPatterns(), dict[int, int](), 0
    for keys in batches:
        lines = range(line + 1, line + 1 + len(keys))
        expected = []
        for key, at in zip(keys, lines, strict=True):
            expected.append(first.get(key, 0))
            first.setdefault(key, at)
        earlier = seen.add(keys, lines, [number * 16 for number in lines])
        assert earlier.lines.tolist() == expected
        line += len(keys)


def test_sixteen_bytes_are_kept_of_a_pattern_and_arrays_stay_few() -> None:
    seen, count, batch = SeenPatterns(), SEGMENT + 300_000, 50_000
    keys = np.random.default_rng(1).permutation(count)
    for start in range(0, count, batch):
        part = keys[start : start + batch].tolist()
        seen.add(part, part, part)
    segments = list(seen.segments())
    kept = sum(column.nbytes for segment in segments for column in segment)
    assert (kept, len(segments) < 12) == (16 * count, True)


def test_one_number_as_prefix_range_and_itself_are_three_patterns() -> None:
    assert len({identity(Pattern(kind, 16, 16)) for kind in EntryKind}) == 3


@pytest.mark.parametrize("fields", [{}, {"gone": True}, {"expires_at": 5}, {"expires_at": 6}])
def test_a_content_asks_for_nothing_where_its_row_only_ends_an_entry(fields: dict[str, Any]) -> None:
    row = import_row(2, "13800001234")._replace(**fields)
    (content,) = contents([row], moment=5)
    assert content & ASKED == (NOTHING if ends(row, 5) else asked(row))
