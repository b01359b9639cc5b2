"""What list entries may cover, and how they are written."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from blacklists.key import key_of, text_of
from blacklists.normalise import parse_number
from blacklists.pattern import BadPatternError, mobile_key, parse_pattern
from contracts.number_list import EntryKind

pytestmark = pytest.mark.unit

EXACT, PREFIX, RANGE = EntryKind.EXACT, EntryKind.PREFIX, EntryKind.RANGE
TOO_WIDE = [
    *("0", "00", "86", "+86", "0086", "+8", "008", "860", "+860", "8600"),
    *("1", "01", "861", "+861", "00861", "02", "+863", "9", "4"),
    *("+0", "+", "00 ", "000", "+01", "0001", "+2", "+85", "0099", "+8611", "+8612", "86005"),
]
PREFIX_FORMS = [
    ("170", "+86170", "17000001234"),
    ("17", "+8617", "17000001234"),
    ("+86170", "+86170", "17000001234"),
    ("0086170", "+86170", "17000001234"),
    ("86170", "+86170", "17000001234"),
    ("86 1380-0", "+8613800", "13800001234"),
    ("１７０", "+86170", "17000001234"),
    ("＋86 170", "+86170", "17000001234"),
    ("017", "+8617", "17000001234"),
    ("0536", "+86536", "0536 8231234"),
    ("860536", "+86536", "0536 8231234"),
    ("+860536", "+86536", "0536 8231234"),
    ("010", "+8610", "010 65551234"),
    ("00855", "+855", "+855 12 345 678"),
    ("+855", "+855", "0085512345678"),
    ("+1", "+1", "+1 212 555 0123"),
    ("400", "400", "4001234567"),
    ("+86400", "400", "+86 400 123 4567"),
    ("0400", "400", "4001234567"),
    ("95", "95", "95588123"),
    ("96110", "96110", "96110"),
    ("12", "12", "12345"),
]
NO_NUMBERS = [
    *("", " ", "nobody", "anonymous", "12", "9" * 20, "1" * 10_000, "=13800001234", '=HYPERLINK("x")'),
    *("@13800001234", "13800001234\x00", "1380000123a", "138*", "+86110", "13800001234,13800001235"),
]

any_digits = st.from_regex(r"(\+|00|0|86|\+86)?[0-9]{1,14}", fullmatch=True)


def pattern_of(text, kind):
    try:
        return parse_pattern(text, kind)
    except BadPatternError:
        return None


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "0", "86", "0086", "+86", " "]))
def test_an_exact_mobile_is_read_as_any_number_is(digits, prefix):
    pattern = parse_pattern(prefix + digits, EXACT)
    assert pattern.low == pattern.high == key_of(parse_number(digits).value)


near_mobiles = st.from_regex(r"(\+|00|0|86|\+86|0086|086|8600)? ?1[0-9]{9,11}", fullmatch=True)
unicode_digits = st.text(st.characters(categories=["Nd", "No"]) | st.sampled_from("13_ +-"), max_size=15)


@given(near_mobiles | unicode_digits | st.text(max_size=20))
def test_the_short_way_to_a_mobile_agrees_with_the_long_one_or_says_nothing(text):
    key = mobile_key(text)
    assert key is None or key == key_of(parse_number(text).value)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "0", "86", "0086", "+86"]))
def test_the_usual_forms_of_a_mobile_take_the_short_way(digits, prefix):
    assert mobile_key(prefix + digits) == key_of("+86" + digits)


@given(any_digits)
def test_an_exact_pattern_covers_the_number_it_was_written_as(text):
    value = parse_number(text).value
    pattern = pattern_of(text, EXACT)
    assert (str(pattern) if pattern else "") == value


def test_an_exact_pattern_does_not_cover_a_longer_number():
    assert not parse_pattern("95588", EXACT).covers(key_of("955881"))


@pytest.mark.parametrize(("written", "canonical", "number"), PREFIX_FORMS)
def test_a_prefix_is_one_however_it_is_written(written, canonical, number):
    pattern = parse_pattern(written, PREFIX)
    assert (str(pattern), pattern.covers(key_of(parse_number(number).value))) == (canonical, True)


@given(
    st.from_regex(r"\+86[1-9][0-9]{1,6}|\+855[0-9]{0,3}|400[0-9]{0,2}|9[56][0-9]{0,3}", fullmatch=True),
    st.from_regex(r"[0-9]{0,4}", fullmatch=True),
    st.sampled_from(["", "+", "1"]),
)
def test_a_prefix_covers_what_begins_with_its_digits_and_nothing_else(prefix, rest, other):
    pattern = pattern_of(prefix, PREFIX)
    assume(str(pattern) == prefix)
    for value in (prefix + rest, prefix[:-1] + rest, other + prefix.lstrip("+") + rest):
        assert pattern.covers(key_of(value)) == value.startswith(prefix)


@given(any_digits)
def test_the_text_of_a_prefix_is_read_as_the_same_prefix(text):
    pattern = pattern_of(text, PREFIX)
    assert not pattern or parse_pattern(str(pattern), PREFIX) == pattern


@given(any_digits)
def test_no_prefix_covers_a_whole_country(text):
    pattern = pattern_of(text, PREFIX)
    assert not pattern or not any(pattern.covers(key_of(whole)) for whole in ("+86", "+861", "+8", "1"))


@pytest.mark.parametrize("text", TOO_WIDE)
def test_a_prefix_that_is_too_wide_or_begins_no_number_is_refused(text):
    with pytest.raises(BadPatternError, match=f"^{re.escape(repr(text))} .*(give|write) "):
        parse_pattern(text, PREFIX)


@pytest.mark.parametrize(
    "text", ["536", "23", "99", "77", "41", "138000012345", "12345678901", "+855" + "1" * 13]
)
def test_a_prefix_that_no_number_begins_with_is_refused(text):
    with pytest.raises(BadPatternError, match=r"begins no number; write|more .*digits.*; give fewer"):
        parse_pattern(text, PREFIX)


@pytest.mark.parametrize("text", [text for text in NO_NUMBERS if text not in {"12", "+86110", "9" * 20}])
def test_a_prefix_that_is_no_digits_is_refused(text):
    with pytest.raises(BadPatternError, match="; give "):
        parse_pattern(text, PREFIX)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_refused_with_what_to_give(text):
    with pytest.raises(BadPatternError, match="is no number; give a full number or a short code"):
        parse_pattern(text, EXACT)


@pytest.mark.parametrize("kind", EntryKind)
def test_a_refusal_does_not_repeat_a_long_text(kind):
    with pytest.raises(BadPatternError) as refused:
        parse_pattern("x" * 10_000, kind)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("text", ["\ud800", "138\ud8000000", "\x00", "１" * 5000, " " * 10_000, "-" * 10_000])
@pytest.mark.parametrize("kind", EntryKind)
def test_odd_text_is_refused_like_any_other(text, kind):
    with pytest.raises(BadPatternError):
        parse_pattern(text, kind)


@given(st.text(), st.sampled_from(EntryKind))
def test_no_text_does_anything_but_be_read_or_refused(text, kind):
    pattern = pattern_of(text, kind)
    assert pattern is None or pattern.low <= pattern.high


@pytest.mark.parametrize(
    "text",
    [
        "13800001000..13800001999",
        "+86 138 0000 1000 .. 0086-138-0000-1999",
        "13800001000~13800001999",
        "13800001000 - 13800001999",
        "１３８００００１０００～１３８００００１９９９",
    ],
)
def test_a_range_is_one_however_it_is_written(text):
    assert str(parse_pattern(text, RANGE)) == "+8613800001000..+8613800001999"


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999))
def test_a_range_covers_the_numbers_between_its_ends_and_the_ends(one, other, third):
    low, high = sorted((one, other))
    pattern = parse_pattern(f"1380000{low:04}..1380000{high:04}", RANGE)
    assert pattern.covers(key_of(f"+861380000{third:04}")) == (low <= third <= high)


@pytest.mark.parametrize("value", ["+861380000100", "+86138000010005", "+86138000015"])
def test_a_range_covers_no_number_of_another_length(value):
    assert not parse_pattern("13800001000..13800001999", RANGE).covers(key_of(value))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("13800001000", "is no range; give LOW..HIGH"),
        ("13800001000..13800001001..13800001002", "is no range; give LOW..HIGH"),
        ("13800001999..13800001000", "the first number is the higher one; give LOW..HIGH"),
        ("4001234567..+12125550123", "must have as many digits"),
        ("96110..95555123", "must have as many digits"),
        ("+8551234567..4001234567", "must have as many digits"),
        ("13000000000..19999999999", "more than a thousand million numbers; give a narrower range"),
        ("1380000..1380001", "is no number; give a full number"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused_with_what_to_give(text, problem):
    with pytest.raises(BadPatternError, match=re.escape(problem)):
        parse_pattern(text, RANGE)


@given(any_digits, any_digits)
def test_the_text_of_a_range_is_read_as_the_same_range(one, other):
    pattern = pattern_of(f"{one}..{other}", RANGE)
    assert not pattern or parse_pattern(str(pattern), RANGE) == pattern


def test_a_local_number_belongs_to_the_home_area():
    assert text_of(parse_pattern("8231234", EXACT, "0536").low) == "+865368231234"
