"""One form for every way of writing a Chinese or foreign telephone number."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from blacklists.presentation import Presented, read_presented
from blacklists.short_codes import is_short_code
from contracts.phone import NumberKind, PhoneNumber

# What nearly every trunk and list holds, read without taking the text apart.
_PLAIN_MOBILE = re.compile(r"(?:\+86|0086|86|0)?(1[3-9][0-9]{9})")
_MOBILE = re.compile(r"0?(1[3-9][0-9]{9})")
_LOCAL = re.compile(r"[2-8][0-9]{6,7}")
_AREA_AND_CODE = re.compile(r"0(10|2[0-9]|[3-9][0-9]{2})(1[0-9]{2,4}|9[56][0-9]{3})")
_SERVICE = re.compile(r"0?([48]00[0-9]{7})|(9[56][0-9]{4,6})")
# E.164 allows 15 digits; below seven no country gives subscribers numbers.
_FOREIGN = re.compile(r"[1-9][0-9]{6,14}")
# Shorter ones are an area code with a short code behind it.
_SHORTEST_LANDLINE = 9


def _shapes(*kinds: str) -> tuple[re.Pattern[str], ...]:
    china = phonenumbers.PhoneMetadata.metadata_for_region("CN")
    return tuple(re.compile(getattr(china, kind).national_number_pattern) for kind in kinds)


_FIXED_LINE, *_OTHER_SERVICES = _shapes("fixed_line", "premium_rate", "toll_free", "shared_cost")
# Local numbers of every length; an area code exists if one of them is somebody's behind it.
_SAMPLES = ("6666666", "66666666", "8234567", "82345678", "2222222", "22222222")


def parse_number(raw: str, home_area: str = "") -> PhoneNumber:
    """Return the number that was presented; two written forms of one subscriber come out equal.

    `home_area` is the area code of the trunk, with or without its 0 ("0536"); landlines shown without an
    area code belong to it. What cannot be read is a value (`anonymous`, `unusable`), never an error.
    """
    if mobile := _PLAIN_MOBILE.fullmatch(raw):
        return PhoneNumber("+86" + mobile[1], NumberKind.MOBILE, raw)
    presented = read_presented(raw)
    if presented.anonymous:
        return PhoneNumber("", NumberKind.ANONYMOUS, raw)
    value, kind = _read(presented, home_area.removeprefix("0")) or ("", NumberKind.UNUSABLE)
    return PhoneNumber(value, kind, raw)


_Reading = tuple[str, NumberKind] | None


def _read(presented: Presented, home_area: str) -> _Reading:
    digits = presented.digits
    if not presented.international:
        return _domestic(digits, home_area)
    if digits.startswith("86"):
        # No short code: +86110 is nobody's number, and the judgement on it rests on its raw form.
        return _subscriber(digits[2:])
    return _foreign(digits)


def _domestic(digits: str, home_area: str) -> _Reading:
    if is_short_code(digits):
        return digits, NumberKind.SHORT_CODE
    if (found := _AREA_AND_CODE.fullmatch(digits)) and is_short_code(found[2]) and _is_area(found[1]):
        return found[2], NumberKind.SHORT_CODE
    if home_area and _LOCAL.fullmatch(digits) and (local := _landline(home_area + digits)):
        return local
    # Some trunks drop the plus sign of +86.
    return _subscriber(digits) or (_subscriber(digits[2:]) if digits.startswith("86") else None)


def _subscriber(digits: str) -> _Reading:
    if mobile := _MOBILE.fullmatch(digits):
        return f"+86{mobile[1]}", NumberKind.MOBILE
    if service := _SERVICE.fullmatch(digits):
        return service[1] or service[2], NumberKind.SERVICE
    return _landline(digits.removeprefix("0"))


def _landline(national: str) -> _Reading:
    # What phonenumbers finds too, of parse and number_type, in a tenth of the time.
    if len(national) < _SHORTEST_LANDLINE or not _FIXED_LINE.fullmatch(national):
        return None
    if any(other.fullmatch(national) for other in _OTHER_SERVICES):
        return None
    return f"+86{national}", NumberKind.LANDLINE


@lru_cache(maxsize=1024)
def _is_area(area: str) -> bool:
    # An area code that does not exist makes nobody's code.
    return any(_landline(area + sample) for sample in _SAMPLES)


def _foreign(digits: str) -> _Reading:
    if not _FOREIGN.fullmatch(digits):
        return None
    value = _without_trunk_prefix(digits) if _may_hold_trunk_prefix(digits) else f"+{digits}"
    return value, NumberKind.FOREIGN


def _may_hold_trunk_prefix(digits: str) -> bool:
    for length in range(1, 4):
        if regions := phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length])):
            prefix = _trunk_prefix(int(digits[:length]), regions[0])
            return prefix is not None and prefix.match(digits, length) is not None
    return False


@lru_cache(maxsize=256)
def _trunk_prefix(country_code: int, region: str) -> re.Pattern[str] | None:
    country = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(country_code, region)
    prefix = country.national_prefix_for_parsing if country else None
    return re.compile(prefix) if prefix else None


def _without_trunk_prefix(digits: str) -> str:
    """Return E.164 of a number such as +44 (0)20 7946 0958; the digits shown where there is none.

    Invalid foreign numbers are common in fraud: they keep the digits that were shown.
    """
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return f"+{digits}"
    if not phonenumbers.is_valid_number(number):
        return f"+{digits}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
