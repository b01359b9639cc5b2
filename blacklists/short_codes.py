"""Numbers of three to six digits that are no E.164: who holds them, and which nobody may imitate."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

PROTECTED_CODES: dict[str, str] = {
    "110": "公安报警",
    "119": "火警",
    "120": "医疗急救",
    "122": "交通事故",
    "12110": "短信报警",
    "12381": "涉诈预警短信",
    "12345": "政务服务热线",
    "12315": "消费者投诉",
    "96110": "反诈预警专线",
    "10000": "中国电信",
    "10010": "中国联通",
    "10086": "中国移动",
    "10099": "中国广电",
}
"""Code to holder; banks, 955xx, beside them."""

_BANKS = dict.fromkeys(map(str, range(95_500, 95_600)), "银行")
_HOLDERS = PROTECTED_CODES | _BANKS
# 11x/12x emergency, 10xxx carriers, 11xxx post, 12xxx public services, five digits of 95/96 services. All
# together, as every foreign number is asked for codes at its end.
_SHORT_CODES = frozenset(
    map(str, chain(range(110, 130), range(10_000, 13_000), range(95_000, 97_000), (116_114, 118_114)))
)
# Foreign subscribers whose numbers end in 120 or 10000 are common; in these they are what fraud shows.
_FAVOURITES = _BANKS.keys() | {"110", "96110"}


def is_short_code(digits: str) -> bool:
    """Tell whether digits have the form of a short code in use in China."""
    return digits in _SHORT_CODES


def protected_codes() -> Iterable[str]:
    """Return all codes that nobody may imitate, those of banks among them."""
    return _HOLDERS


def holder_of(digits: str) -> str | None:
    """Return who holds a code that fraud likes to imitate (police, government, carrier, bank), else None."""
    return _HOLDERS.get(digits)


def imitated_code(digits: str, *, subscriber: bool) -> str | None:
    """Return the protected code that digits shown with a country prefix are or end in, the longest first.

    Behind the digits of a possible `subscriber` only the ends that fraud shows count: 110, 96110, a bank.
    """
    if holder_of(digits):
        return digits
    for length in (5, 3):
        tail = digits[-length:]
        if len(digits) > length and holder_of(tail) and (not subscriber or tail in _FAVOURITES):
            return tail
    return None
