"""What the form of a number says about a call: imitations of protected codes, and classes with a risk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from blacklists.presentation import read_presented
from blacklists.short_codes import is_protected_code, protected_tail
from contracts.phone import NumberKind, PhoneNumber


class Sign(StrEnum):
    """What a number looks like."""

    FOREIGN_TRUNK = "domestic_on_international_trunk"
    SPOOF = "spoof_of_protected_code"
    FOREIGN = "foreign"
    UNUSABLE = "unusable"
    ANONYMOUS = "anonymous"
    SERVICE = "service_number"
    VIRTUAL = "virtual_operator"


RISKS = {
    Sign.FOREIGN_TRUNK: 0.95,
    Sign.SPOOF: 0.9,
    Sign.FOREIGN: 0.5,
    Sign.UNUSABLE: 0.4,
    Sign.ANONYMOUS: 0.3,
    Sign.SERVICE: 0.3,
    Sign.VIRTUAL: 0.2,
}
"""Number risk of each sign, 0 to 1."""

_VIRTUAL_OPERATORS = tuple(f"+86{prefix}" for prefix in (162, 165, 167, 170, 171))
_CHINA = "86"


@dataclass(frozen=True, slots=True)
class TrunkFacts:
    """What is known of the trunk a call came in by."""

    domestic: bool
    """False: the trunk carries calls from abroad."""
    home_area: str
    """Area code of its landlines, such as 0536; may be empty."""


def signs_of(number: PhoneNumber, trunk: TrunkFacts) -> tuple[Sign, ...]:
    """Return every sign the number bears, the strongest first."""
    signs = {sign for sign in (_imitation(number, trunk), _class(number)) if sign}
    return tuple(sorted(signs, key=lambda sign: -RISKS[sign]))


def is_protected(number: PhoneNumber) -> bool:
    """Tell whether this is a code that fraud likes to imitate, in a form its holder presents it in."""
    return number.kind is NumberKind.SHORT_CODE and is_protected_code(number.value)


def _imitation(number: PhoneNumber, trunk: TrunkFacts) -> Sign | None:
    presented = read_presented(number.raw or number.value)
    digits = presented.digits
    if presented.international and _imitates_code(digits):
        return Sign.SPOOF
    # 86 without a plus, or digits hung before a code, are no numbers at all.
    if number.kind is NumberKind.UNUSABLE and _imitates_code(digits):
        return Sign.SPOOF
    domestic = {NumberKind.MOBILE, NumberKind.LANDLINE, NumberKind.SHORT_CODE, NumberKind.SERVICE}
    return Sign.FOREIGN_TRUNK if number.kind in domestic and not trunk.domestic else None


def _imitates_code(digits: str) -> bool:
    """Tell whether digits shown with a prefix are, or end in, a protected code.

    Chinese subscribers may well end in 110: behind +86 only the code itself counts, or area and code.
    """
    if not digits.startswith(_CHINA):
        return is_protected_code(digits) or protected_tail(digits) is not None
    rest = digits.removeprefix(_CHINA)
    return is_protected_code(rest) or (len(rest) <= 9 and protected_tail(rest) is not None)


def _class(number: PhoneNumber) -> Sign | None:
    if number.value.startswith(_VIRTUAL_OPERATORS) and number.kind is NumberKind.MOBILE:
        return Sign.VIRTUAL
    classes = {
        NumberKind.FOREIGN: Sign.FOREIGN,
        NumberKind.UNUSABLE: Sign.UNUSABLE,
        NumberKind.ANONYMOUS: Sign.ANONYMOUS,
        NumberKind.SERVICE: Sign.SERVICE,
    }
    if number.kind is NumberKind.SHORT_CODE and number.value.startswith("96"):
        return None if is_protected_code(number.value) else Sign.SERVICE
    return classes.get(number.kind)
