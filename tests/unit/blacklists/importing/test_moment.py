"""Points in time in a list file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blacklists.importing.moment import read_moment, write_moment
from blacklists.importing.refusal import BadCellError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-03-01T08:00:00+08:00", 1772323200),
        ("2026-03-01T00:00:00Z", 1772323200),
        ("2026-03-01 08:00+08:00", 1772323200),
        ("2026-03-01", 1772294400),
        (" 2026-03-01 ", 1772294400),
        ("", 0),
        (" ", 0),
    ],
)
def test_a_time_is_read_as_seconds(text: str, seconds: int) -> None:
    assert read_moment(text, "valid_from") == seconds


def test_a_day_ends_where_the_next_begins() -> None:
    assert read_moment("2026-03-01", "expires_at", end=True) == read_moment("2026-03-02", "expires_at")


@pytest.mark.parametrize(
    "text", ["2026-02-30", "1.3.2026", "2026-03-01T25:00Z", "0001-01-01", "9999-12-31T23:59-09:00"]
)
def test_what_is_no_time_is_told_with_its_column(text: str) -> None:
    with pytest.raises(BadCellError, match="review_at: "):
        read_moment(text, "review_at")


@given(st.integers(0, 253_402_300_799))
def test_a_time_written_is_read_again(seconds: int) -> None:
    assert read_moment(write_moment(seconds), "expires_at", end=True) == seconds
