"""What holds for every number and every text, however it is written."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from blacklists.normalise import parse_number
from contracts.phone import NumberKind

pytestmark = pytest.mark.unit

HOME = "0536"
WIDE = str.maketrans("0123456789+", "０１２３４５６７８９＋")
WITHOUT_DIGITS = {NumberKind.ANONYMOUS, NumberKind.UNUSABLE}
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS - {"CN"})

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
landlines = st.builds(
    str.__add__,
    st.sampled_from(["10", "21", "536", "531", "471", "755", "951"]),
    st.from_regex(r"[2-8][0-9]{6,7}", fullmatch=True),
).filter(lambda digits: parse_number(f"0{digits}").kind is NumberKind.LANDLINE)
services = st.from_regex(r"[48]00[0-9]{7}|9[56][0-9]{4,6}", fullmatch=True)
codes = st.from_regex(r"11[0-9]|12[0-9]{3}|10[0-9]{3}|9[56][0-9]{3}", fullmatch=True)
# Numbers of every country as the library gives examples, with the last four digits any.
foreigners = st.builds(
    lambda region, tail: (
        phonenumbers.format_number(phonenumbers.example_number(region), phonenumbers.PhoneNumberFormat.E164)[
            :-4
        ]
        + tail
    ),
    st.sampled_from(REGIONS),
    st.from_regex(r"[0-9]{4}", fullmatch=True),
)
separators = st.sampled_from(["", " ", "-", "－", " - ", "\u00a0", ".", "\u2011", "\u200e", "\u3000"])


@st.composite
def spaced(draw, digits):
    """Digits with separators strewn between them, or a pair of brackets around some of the first."""
    if draw(st.booleans()):
        cut = draw(st.integers(2, 4))
        return f"({digits[:cut]}){digits[cut:]}"
    return "".join(digit + draw(separators) for digit in digits)


@st.composite
def written(draw, national, *, trunk_zero):
    """Any usual form of a Chinese number with its national digits."""
    prefix = draw(st.sampled_from(["", "+86", "0086", "86", "+86 ", "0086-"]))
    zero = "0" if trunk_zero and (not prefix or draw(st.booleans())) else ""
    text = prefix + draw(spaced(zero + national))
    if draw(st.booleans()):
        text = text.translate(WIDE)
    form = draw(
        st.sampled_from(
            [
                "{}",
                "  {}\t",
                "tel:{}",
                "sip:{}@192.0.2.1",
                "SIPS:{};cpc=ordinary@192.0.2.1:5061;user=phone",
                "sip:{}:secret@proxy.example.invalid",
                '"Invented <sip:110@example.invalid>" <sip:{}@192.0.2.1;user=phone>;tag=4',
                "Invented <tel:{};phone-context=+86>",
            ]
        )
    )
    return form.format(text)


@given(st.data(), mobiles)
def test_all_written_forms_of_a_mobile_number_meet(data, digits):
    form = data.draw(written(digits, trunk_zero=data.draw(st.booleans())))
    assert parse_number(form, HOME).value == f"+86{digits}"


@given(st.data(), landlines)
def test_all_written_forms_of_a_landline_number_meet(data, digits):
    form = data.draw(written(digits, trunk_zero=True))
    assert parse_number(form, HOME).value == f"+86{digits}"


@given(st.data(), services)
def test_all_written_forms_of_a_service_number_meet(data, digits):
    assume(parse_number(digits).kind is NumberKind.SERVICE)
    form = data.draw(written(digits, trunk_zero=False))
    assert parse_number(form).value == digits


@given(st.from_regex(r"[2-8][0-9]{6}", fullmatch=True))
def test_a_local_number_meets_its_form_with_the_area_code(digits):
    full = parse_number(HOME + digits)
    assume(full.kind is NumberKind.LANDLINE)
    assert parse_number(digits, HOME) == full


@given(foreigners, st.sampled_from(["+", "00", "tel:+", "sip:+", "＋", " + "]))
def test_all_written_forms_of_a_foreign_number_meet(number, prefix):
    assert parse_number(prefix + number[1:]) == parse_number(number)


@given(
    st.one_of(
        mobiles.map("+86{}".format),
        landlines.map("+86{}".format),
        services,
        codes,
        foreigners,
    ),
    st.data(),
)
def test_a_changed_digit_never_meets(number, data):
    place = data.draw(st.integers(number.startswith("+"), len(number) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != number[place]))
    changed = parse_number(number[:place] + other + number[place + 1 :])
    assert changed != parse_number(number) or changed.kind in WITHOUT_DIGITS


@given(
    st.one_of(
        st.from_regex(r"(\+|00|0|86|\+86)?[0-9]{1,16}", fullmatch=True),
        mobiles,
        landlines,
        services,
        codes,
        foreigners,
    ),
    st.sampled_from(["", HOME, "010", "21"]),
)
def test_reading_a_read_number_changes_nothing(raw, home_area):
    number = parse_number(raw, home_area)
    assume(number.value)
    assert parse_number(str(number), home_area) == number


@given(mobiles)
def test_the_short_way_for_mobiles_agrees_with_phonenumbers(digits):
    known = phonenumbers.parse(digits, "CN")
    expected = phonenumbers.format_number(known, phonenumbers.PhoneNumberFormat.E164)
    assert parse_number(digits).value == expected


@given(mobiles, st.sampled_from(["", "0", "86", "0086", "+86"]))
def test_the_short_way_for_mobiles_agrees_with_the_long_one(digits, prefix):
    # A space before it keeps a number off the short way.
    assert parse_number(prefix + digits, HOME) == parse_number(f" {prefix}{digits}", HOME)


@given(
    st.builds(
        str.__add__,
        st.sampled_from(["10", "21", "400", "536", "754", "851", "978", "999"])
        | st.from_regex(r"[2-9][0-9]{1,2}", fullmatch=True),
        st.from_regex(r"[0-9]{7,8}", fullmatch=True),
    )
)
def test_landlines_are_those_of_phonenumbers(national):
    known = phonenumbers.parse(f"+86{national}")
    is_landline = phonenumbers.number_type(known) == phonenumbers.PhoneNumberType.FIXED_LINE
    expected = phonenumbers.format_number(known, phonenumbers.PhoneNumberFormat.E164) if is_landline else ""
    number = parse_number(f"+86 {national}")
    assert (number.value if number.kind is NumberKind.LANDLINE else "") == expected


@given(
    st.one_of(
        foreigners,
        # The country code, a trunk prefix, and some number of the country.
        st.builds(
            lambda number, prefix: number[:3] + prefix + number[3:],
            foreigners,
            st.sampled_from(["0", "8", "1", "9", "01"]),
        ),
        st.from_regex(r"\+[1-79][0-9]{6,14}", fullmatch=True),
    )
)
def test_foreign_numbers_are_those_of_phonenumbers(raw):
    try:
        known = phonenumbers.parse(raw)
    except phonenumbers.NumberParseException:
        known = None
    # Invalid ones keep the digits that were shown.
    valid = known is not None and phonenumbers.is_valid_number(known)
    expected = phonenumbers.format_number(known, phonenumbers.PhoneNumberFormat.E164) if valid else raw
    number = parse_number(raw)
    assume(number.kind is NumberKind.FOREIGN)
    assert number.value == expected


@given(st.from_regex(r"[+0-9]{0,4}[0-9]{0,14}", fullmatch=True))
def test_no_digits_are_read_otherwise_the_short_way(raw):
    assert parse_number(raw, HOME) == parse_number(f" {raw}", HOME)


@given(st.one_of(st.text(), st.text('+0123456789 -<>"@:;%\x00siptel', max_size=40)))
def test_no_text_makes_reading_fail(raw):
    number = parse_number(raw, HOME)
    assert bool(number.value) == (number.kind not in WITHOUT_DIGITS)


@given(st.text("0123456789", min_size=18, max_size=10_000))
def test_too_many_digits_are_unusable(raw):
    assert parse_number(raw, HOME).kind is NumberKind.UNUSABLE


@given(st.from_regex(r"\+?[0-9]{1,2}", fullmatch=True))
def test_too_few_digits_are_unusable(raw):
    assert parse_number(raw, HOME).kind is NumberKind.UNUSABLE
