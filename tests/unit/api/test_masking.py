"""Masked phone numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.masking import masked

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613800000001", "+86138****0001"),
        ("+865360000001", "+8653****0001"),
        ("96110", "96110"),
        ("110", "110"),
        ("4000000", "4****00"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_the_middle_of_a_subscribers_number_is_hidden(number: str | None, shown: str):
    assert masked(number) == shown


@given(st.from_regex(r"\+?[0-9]{7,15}", fullmatch=True))
def test_four_characters_or_more_of_a_long_number_are_hidden(number: str):
    shown = masked(number)
    assert "****" in shown
    assert len(shown.replace("****", "")) <= len(number) - 4
