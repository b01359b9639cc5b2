"""Which numbers a list entry covers: one number, all with given leading digits, or a range."""

from __future__ import annotations

import re
from typing import NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from blacklists.key import DIGITS, is_international, key_of, last_with_prefix, length_of, text_of
from blacklists.normalise import parse_number
from blacklists.presentation import plain_text, without_separators
from blacklists.reason import ReasonedError, Why
from contracts.number_list import EntryKind

_PREFIX = re.compile(r"\+?[0-9]+")
_MOBILE_PREFIX = re.compile(r"1[3-9]")
_SERVICES_ABROAD = ("+86400", "+86800")
# 10x to 12x, 95x, 96x, 400 and 800; all other national digits are area codes without their 0.
_CODE_PREFIX = re.compile(r"1[0-2][0-9]*|9[56][0-9]*|[48]0(?:0[0-9]*)?")
_CHINA = "+86"
_CHINA_DIGITS = 2 + 11
_CODE_DIGITS = 10
_LONGEST_COUNTRY_CODE = 3
_WIDEST_RANGE = 10**9
_RANGE = re.compile(r"\.\.|~")
_LONGEST = 80
_MOBILE_DIGITS = 11
_BEFORE_MOBILE = frozenset({"0", "86", "+86", "0086"})
_FROM, _TO = "13", "2"
# Keys of mobiles are as far apart as the numbers: no look at each digit is needed.
_FIRST_MOBILE = key_of("+8613000000000")
_MOBILE_STEP = key_of("+8613000000001") - _FIRST_MOBILE
_MOBILE_ORIGIN = _FIRST_MOBILE - 13_000_000_000 * _MOBILE_STEP


class BadPatternError(ReasonedError):
    """A pattern is no number, no prefix and no range, or covers a whole country."""

    code = "lists.bad_pattern"


class Pattern(NamedTuple):
    """Keys of the first and the last number covered; both the same for one number."""

    kind: EntryKind
    low: int
    high: int

    def __str__(self) -> str:
        if self.kind is EntryKind.RANGE:
            return f"{text_of(self.low)}..{text_of(self.high)}"
        return text_of(self.low)

    def covers(self, key: int) -> bool:
        """Tell whether a number's key is covered; a range covers numbers as long as its ends."""
        if not self.low <= key <= self.high:
            return False
        return self.kind is not EntryKind.RANGE or length_of(key) == length_of(self.low)


def mobile_key(text: str) -> int | None:
    """Return the key of a mobile in one of its usual forms: 138.., 0138.., 86138.., +86138.., 0086138...

    What nearly every line of a list holds, in a third of the time of parse_number and key_of, which agree.
    None for anything else, a mobile among spaces and dashes too.
    """
    if len(text) > _MOBILE_DIGITS and text[:-_MOBILE_DIGITS] in _BEFORE_MOBILE:
        text = text[-_MOBILE_DIGITS:]
    if len(text) == _MOBILE_DIGITS and text.isdigit() and text.isascii() and _FROM <= text < _TO:
        return _MOBILE_ORIGIN + int(text) * _MOBILE_STEP
    return None


def parse_pattern(text: str, kind: EntryKind, home_area: str = "") -> Pattern:
    """Return what an entry covers.

    Exact: any written form of a number. Prefix: leading digits such as 0086170, 0536, 17 or 400; of China at
    least two national digits, of other countries the whole country code. Range: two full numbers of one
    length with .. or ~ between them, or a dash where neither number has one; at most a thousand million.

    Raises:
        BadPatternError: says what is wrong with the pattern, and what to give.
    """
    if kind is EntryKind.EXACT:
        key = _number(text, home_area)
        return Pattern(kind, key, key)
    if len(text) > _LONGEST:
        raise _bad(Why.PATTERN_LENGTH, text, length=len(text), most=_LONGEST)
    if kind is EntryKind.PREFIX:
        key = key_of(_prefix(text))
        return Pattern(kind, key, last_with_prefix(key))
    return _range(plain_text(text), home_area)


def _number(text: str, home_area: str) -> int:
    if key := mobile_key(text):
        return key
    value = parse_number(text, home_area).value
    if not value:
        raise _bad(Why.NO_NUMBER, text)
    return key_of(value)


def _prefix(text: str) -> str:
    written = without_separators(plain_text(text))
    if not _PREFIX.fullmatch(written):
        raise _bad(Why.NO_PREFIX, text)
    prefix = _normalised(written)
    if why := _why_not(prefix):
        raise _bad(why, text, most=DIGITS)
    return prefix


def _normalised(written: str) -> str:
    prefix = _international(written)
    # Service numbers have one form only, and no area code is 0400 or 0800.
    return prefix.removeprefix(_CHINA) if prefix.startswith(_SERVICES_ABROAD) else prefix


def _international(written: str) -> str:
    digits = written.removeprefix("+").removeprefix("00")
    # Some write +86 without its plus sign; no short code or service number begins with it.
    if digits.startswith("86"):
        return _CHINA + digits[2:].removeprefix("0")
    if digits != written:
        return f"+{digits}"
    if written.startswith("0") or _MOBILE_PREFIX.match(written):
        return _CHINA + written.removeprefix("0")
    return written


def _why_not(prefix: str) -> Why | None:
    if prefix.startswith(_CHINA) or _CHINA.startswith(prefix):
        return _why_not_chinese(prefix)
    if prefix.startswith("+"):
        return _why_not_foreign(prefix[1:])
    if len(prefix) == 1:
        return Why.ONE_DIGIT
    if not _CODE_PREFIX.fullmatch(prefix):
        return Why.NO_BEGINNING
    return None if len(prefix) <= _CODE_DIGITS else Why.TOO_MANY_DIGITS


def _why_not_chinese(prefix: str) -> Why | None:
    # One digit more is still a whole country: +861 are all mobiles, +863 all of Hebei, Henan and Shandong.
    if len(prefix) < len(_CHINA) + 2:
        return Why.WHOLE_CHINA
    if prefix[len(_CHINA)] == "0":
        return Why.ZERO_TOO_MANY
    if prefix.startswith(("+8611", "+8612")):
        return Why.CODE_BEHIND_86
    return None if len(prefix) - 1 <= _CHINA_DIGITS else Why.TOO_MANY_DIGITS


def _why_not_foreign(digits: str) -> Why | None:
    if not digits or digits[0] == "0":
        return Why.NO_COUNTRY
    # A city may well want to hear every call from one country; part of a code would be many countries.
    if len(digits) < _LONGEST_COUNTRY_CODE and int(digits) not in COUNTRY_CODE_TO_REGION_CODE:
        return Why.MANY_COUNTRIES
    return None if len(digits) <= DIGITS else Why.TOO_MANY_DIGITS_ABROAD


def _range(text: str, home_area: str) -> Pattern:
    ends = _RANGE.split(text)
    if len(ends) == 1:
        ends = text.split("-")
    if len(ends) != 2:
        raise _bad(Why.NO_RANGE, text)
    low, high = (_number(end, home_area) for end in ends)
    if why := _why_no_range(low, high):
        raise _bad(why, text)
    return Pattern(EntryKind.RANGE, low, high)


def _why_no_range(low: int, high: int) -> Why | None:
    if length_of(low) != length_of(high) or is_international(low) != is_international(high):
        return Why.RANGE_OF_LENGTHS
    if low > high:
        return Why.RANGE_BACKWARDS
    if int(text_of(high)) - int(text_of(low)) >= _WIDEST_RANGE:
        return Why.RANGE_TOO_WIDE
    return None


def _bad(why: Why, text: str, **parts: int) -> BadPatternError:
    return BadPatternError(why, text=repr(text if len(text) <= _LONGEST else f"{text[:40]}…"), **parts)
