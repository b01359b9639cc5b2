"""Numbers of three to six digits that are no E.164: who holds them, and which nobody may imitate."""

from __future__ import annotations

import re

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
"""Code to holder; banks come by pattern."""

_BANK = re.compile(r"955[0-9]{2}")
_BANK_HOLDER = "银行"
# 11x/12x emergency, 10xxx carriers, 11xxx post, 12xxx public services, five digits of 95/96 services.
_SHORT = re.compile(r"1[12][0-9]|1[012][0-9]{3}|9[56][0-9]{3}|116114|118114")
# Foreign subscribers whose numbers end in 120 or 10000 are common; in these they are what fraud shows.
_FAVOURITES = {"110", "96110"}


def is_short_code(digits: str) -> bool:
    """Tell whether digits have the form of a short code in use in China."""
    return _SHORT.fullmatch(digits) is not None


def holder_of(digits: str) -> str | None:
    """Return who holds a code that fraud likes to imitate (police, government, carrier, bank), else None."""
    return PROTECTED_CODES.get(digits) or (_BANK_HOLDER if _BANK.fullmatch(digits) else None)


def imitated_code(digits: str, *, subscriber: bool) -> str | None:
    """Return the protected code that digits shown with a country prefix are or end in, the longest first.

    Behind the digits of a possible `subscriber` only the ends that fraud shows count: 110, 96110, a bank.
    """
    if holder_of(digits):
        return digits
    for length in (5, 3):
        tail = digits[-length:]
        if len(digits) > length and holder_of(tail) and (not subscriber or _is_favourite(tail)):
            return tail
    return None


def _is_favourite(code: str) -> bool:
    return code in _FAVOURITES or _BANK.fullmatch(code) is not None
