"""Prefixes that are a whole country."""

from __future__ import annotations

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from blacklists.key import is_international, text_of
from blacklists.pattern import Pattern
from blacklists.reason import Reason, Why
from contracts.number_list import EntryKind


def whole_country(pattern: Pattern) -> Reason | None:
    """Return what is to be said of a prefix that is a country code and nothing more; None of all others."""
    if pattern.kind is not EntryKind.PREFIX or not is_international(pattern.low):
        return None
    prefix = text_of(pattern.low)
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(prefix))
    if regions is None:
        return None
    return Reason(Why.COVERS_COUNTRY, {"pattern": prefix, "regions": ", ".join(regions[:3])})
