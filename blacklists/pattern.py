"""Which numbers a list entry covers: one number, all with given leading digits, or a range."""

from __future__ import annotations

import re
from typing import NamedTuple

from blacklists.key import key_of, last_with_prefix, length_of, text_of
from blacklists.normalise import parse_number
from contracts.errors import BadInputError
from contracts.number_list import EntryKind
from contracts.phone import NumberKind

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_PREFIX = re.compile(r"\+?[0-9]{1,15}")
_CHINA = "+86"
_RANGE = re.compile(r"\s*(?:\.\.|~|-)\s*")


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
        """Tell whether a number's key is covered."""
        if not self.low <= key <= self.high:
            return False
        if self.kind is EntryKind.RANGE:
            return length_of(key) == length_of(self.low)
        return length_of(key) >= length_of(self.low)


def parse_pattern(text: str, kind: EntryKind, home_area: str = "") -> Pattern:
    """Return what an entry covers.

    Exact: any written form of a number. Prefix: leading digits such as 0086170, 0536, 17 or 400. Range: two
    full numbers of one length with .. or ~ between them, or a dash where neither number has one.

    Raises:
        BadPatternError: says what is wrong with the pattern, and what to give.
    """
    if kind is EntryKind.EXACT:
        key = _number(text, home_area)
        return Pattern(kind, key, key)
    if kind is EntryKind.PREFIX:
        key = key_of(_prefix(text.strip()))
        return Pattern(kind, key, last_with_prefix(key))
    return _range(text.strip(), home_area)


def _number(text: str, home_area: str) -> int:
    # A million entries arrive in their canonical form; only what is not E.164 is worth parsing.
    if _E164.fullmatch(text) and not text.startswith(_CHINA):
        return key_of(text)
    number = parse_number(text, home_area)
    if not number.value or number.kind is NumberKind.ANONYMOUS:
        raise BadPatternError(f"{text[:40]!r} is no number; give a full number or a short code")
    return key_of(number.value)


def _prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise BadPatternError(f"{text[:40]!r} is no prefix; give leading digits such as 0086170, 0536 or 400")
    prefix = _international(text)
    if _CHINA.startswith(prefix) or not prefix.strip("+"):
        raise BadPatternError(
            f"{text!r} is a whole country or more; give the digits that follow as well, such as 0086170"
        )
    return prefix


def _international(text: str) -> str:
    digits = re.sub(r"^(\+|00)", "", text)
    # Some write +86 without its plus sign; no short code or service number begins with it.
    if digits.startswith("86"):
        return _CHINA + digits[2:].removeprefix("0")
    if digits != text:
        return f"+{digits}"
    # Two digits tell a mobile prefix (17) from a short code (11).
    if text.startswith("0") or re.match(r"1[3-9]", text):
        return _CHINA + text.removeprefix("0")
    return text


def _range(text: str, home_area: str) -> Pattern:
    ends = _RANGE.split(text)
    if len(ends) != 2:
        raise BadPatternError(f"{text[:80]!r} is no range; give LOW..HIGH, both full numbers")
    low, high = (_number(end, home_area) for end in ends)
    if length_of(low) != length_of(high) or low > high:
        raise BadPatternError(f"{text[:80]!r}: the two numbers must have as many digits, the lower one first")
    return Pattern(EntryKind.RANGE, low, high)
