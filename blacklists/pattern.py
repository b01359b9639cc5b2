"""Which numbers a list entry covers: one number, all with given leading digits, or a range."""

from __future__ import annotations

import re
from typing import NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from blacklists.key import DIGITS, is_international, key_of, last_with_prefix, length_of, text_of
from blacklists.normalise import parse_number
from blacklists.presentation import plain_text, without_separators
from contracts.errors import BadInputError
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


class BadPatternError(BadInputError):
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
        raise BadPatternError(f"{_shown(text)} has {len(text)} characters; give at most {_LONGEST}")
    if kind is EntryKind.PREFIX:
        key = key_of(_prefix(text))
        return Pattern(kind, key, last_with_prefix(key))
    return _range(plain_text(text), home_area)


def _number(text: str, home_area: str) -> int:
    if key := mobile_key(text):
        return key
    value = parse_number(text, home_area).value
    if not value:
        raise BadPatternError(f"{_shown(text)} is no number; give a full number or a short code")
    return key_of(value)


def _prefix(text: str) -> str:
    written = without_separators(plain_text(text))
    if not _PREFIX.fullmatch(written):
        raise BadPatternError(
            f"{_shown(text)} is no prefix; give leading digits such as 0086170, 0536 or 400"
        )
    prefix = _normalised(written)
    if fault := _fault_of(prefix):
        raise BadPatternError(f"{_shown(text)} {fault}")
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


def _fault_of(prefix: str) -> str | None:
    if prefix.startswith(_CHINA) or _CHINA.startswith(prefix):
        return _chinese_fault(prefix)
    if prefix.startswith("+"):
        return _foreign_fault(prefix[1:])
    if len(prefix) == 1:
        return "alone is too wide; give at least two digits, such as 95, 17 or 400"
    if not _CODE_PREFIX.fullmatch(prefix):
        return "begins no number; write an area code with its 0, such as 0536"
    return None if len(prefix) <= _CODE_DIGITS else "has more digits than any number; give fewer"


def _chinese_fault(prefix: str) -> str | None:
    # One digit more is still a whole country: +861 are all mobiles, +863 all of Hebei, Henan and Shandong.
    if len(prefix) < len(_CHINA) + 2:
        return "is a whole country or more; give at least two digits behind 86, such as 0086170 or 0536"
    if prefix[len(_CHINA)] == "0":
        return "has a 0 too many; give the digits behind 86 without one, such as 0086536"
    if prefix.startswith(("+8611", "+8612")):
        return "begins no number; give a short code without 86, such as 110"
    return None if len(prefix) - 1 <= _CHINA_DIGITS else "has more digits than any number; give fewer"


def _foreign_fault(digits: str) -> str | None:
    if not digits or digits[0] == "0":
        return "names no country; give a country code, such as 00855"
    # A city may well want to hear every call from one country; part of a code would be many countries.
    if len(digits) < _LONGEST_COUNTRY_CODE and int(digits) not in COUNTRY_CODE_TO_REGION_CODE:
        return "is many whole countries; give the whole country code at least, such as 00855"
    return None if len(digits) <= DIGITS else f"has more than {DIGITS} digits; give fewer"


def _range(text: str, home_area: str) -> Pattern:
    ends = _RANGE.split(text)
    if len(ends) == 1:
        ends = text.split("-")
    if len(ends) != 2:
        raise BadPatternError(f"{_shown(text)} is no range; give LOW..HIGH, both full numbers")
    low, high = (_number(end, home_area) for end in ends)
    if fault := _range_fault(low, high):
        raise BadPatternError(f"{_shown(text)}: {fault}")
    return Pattern(EntryKind.RANGE, low, high)


def _range_fault(low: int, high: int) -> str | None:
    if length_of(low) != length_of(high) or is_international(low) != is_international(high):
        return "the two numbers must have as many digits; give LOW..HIGH of one kind"
    if low > high:
        return "the first number is the higher one; give LOW..HIGH"
    if int(text_of(high)) - int(text_of(low)) >= _WIDEST_RANGE:
        return "more than a thousand million numbers; give a narrower range"
    return None


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[:40]}…")
