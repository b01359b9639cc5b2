"""Prefixes and ranges so wide that they are seldom meant: a country, an area code, a series of mobiles."""

from __future__ import annotations

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from blacklists.importing.notice import named
from blacklists.key import is_international, text_of
from blacklists.pattern import Pattern
from blacklists.reason import Reason, Why
from contracts.number_list import EntryKind

_CHINA = "+86"
_MILLION = 1_000_000
_MANY = 100 * _MILLION
"""A range over more numbers is told of; one series of mobiles (138) has as many."""


def too_wide(pattern: Pattern) -> Reason | None:
    """Return what is to be said of a prefix or a range that is hardly meant; None of all others."""
    if pattern.kind is EntryKind.RANGE:
        count = int(text_of(pattern.high)) - int(text_of(pattern.low)) + 1
        return _many(pattern, count) if count > _MANY else None
    prefix = text_of(pattern.low)
    if pattern.kind is EntryKind.EXACT or not is_international(pattern.low):
        return None
    if prefix.startswith(_CHINA):
        return _chinese(pattern, prefix.removeprefix(_CHINA))
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(prefix))
    if regions is None:
        return None
    return Reason(Why.COVERS_COUNTRY, {"pattern": prefix, "regions": ", ".join(regions[:3])})


def _chinese(pattern: Pattern, digits: str) -> Reason | None:
    """Judge the digits behind 86: mobiles have 11, in series of three; others an area code and 8 at most.

    The area codes are 10, 21 to 29, and three digits from 310 on.
    """
    short_area = digits.startswith(("10", "2"))
    if digits.startswith("1") and not short_area:
        length, narrow = 11, 3
    else:
        length, narrow = (10, 3) if short_area else (11, 4)
    return None if len(digits) >= narrow else _many(pattern, 10 ** (length - len(digits)))


def _many(pattern: Pattern, count: int) -> Reason:
    return Reason(Why.COVERS_MANY, {**named(pattern), "millions": -(-count // _MILLION)})
