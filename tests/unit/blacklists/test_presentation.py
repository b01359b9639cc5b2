from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blacklists.presentation import read_presented

pytestmark = pytest.mark.unit


@given(st.from_regex(r"(00|\+|\+00)?[0-9]{0,38}", fullmatch=True), st.sampled_from(["tel:", "sip:", " "]))
def test_plain_digits_read_the_short_way_are_those_taken_apart(number, before):
    # Whatever stands before the number, the text is taken apart; a bare + or nothing is no number either way.
    assert read_presented(number) == read_presented(before + number)


@pytest.mark.parametrize("raw", ["", "+"])
def test_a_presentation_without_digits_has_none(raw):
    assert read_presented(raw).digits == ""
