"""Numbers as integers that sort like their digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blacklists.key import is_international, key_of, last_with_prefix, length_of, text_of

pytestmark = pytest.mark.unit

values = st.from_regex(r"\+?[1-9][0-9]{0,14}", fullmatch=True)
# Few different digits, so that equal beginnings are common.
alike = st.from_regex(r"\+?[19][019]{0,14}", fullmatch=True)


@given(values)
def test_a_key_gives_its_number_back(value):
    assert text_of(key_of(value)) == value


@given(values)
def test_a_key_fits_a_signed_integer_of_64_bits(value):
    assert 0 < key_of(value) < 2**63


@given(values)
def test_a_key_tells_how_many_digits_it_has(value):
    assert length_of(key_of(value)) == len(value.lstrip("+"))


@given(values)
def test_a_key_tells_whether_it_has_a_plus_sign(value):
    assert is_international(key_of(value)) == value.startswith("+")


@given(alike, alike)
def test_keys_stand_in_the_order_of_their_digits(one, other):
    # The plus sign sorts before digits, as it does in text.
    assert (key_of(one) < key_of(other)) == (one < other)


@given(alike, alike)
def test_what_begins_with_a_prefix_and_nothing_else_lies_up_to_its_last_key(prefix, value):
    first = key_of(prefix)
    assert (first <= key_of(value) <= last_with_prefix(first)) == value.startswith(prefix)


@pytest.mark.parametrize("prefix", ["+9", "9", "+999999999999999", "999999999999999"])
def test_the_last_key_of_the_highest_prefix_stays_among_its_kind(prefix):
    last = last_with_prefix(key_of(prefix))
    assert last < 2**63
    assert is_international(last) == prefix.startswith("+")
