"""What the form of a number says about a call: imitations of protected codes, and classes with a risk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from blacklists.presentation import Presented, read_presented
from blacklists.short_codes import holder_of, imitated_code, is_short_code
from contracts.phone import NumberKind, PhoneNumber


class Sign(StrEnum):
    """What a number looks like."""

    FOREIGN_TRUNK = "domestic_on_international_trunk"
    SPOOF = "spoof_of_protected_code"
    FOREIGN = "foreign"
    UNUSABLE = "unusable"
    SERVICE = "service_number"
    ANONYMOUS = "anonymous"
    LONG_SERVICE = "long_95_96_number"
    VIRTUAL = "virtual_operator"


class Clue(NamedTuple):
    """One thing that speaks against a call."""

    risk: float
    """0 to 1, were it all that is known."""
    reason: str
    """In the words of those who look after the lists."""


RISKS = {
    Sign.FOREIGN_TRUNK: 0.95,
    Sign.SPOOF: 0.9,
    Sign.FOREIGN: 0.5,
    Sign.UNUSABLE: 0.4,
    Sign.SERVICE: 0.4,
    Sign.ANONYMOUS: 0.3,
    Sign.LONG_SERVICE: 0.3,
    Sign.VIRTUAL: 0.2,
}
"""Number risk of each sign, 0 to 1: the strongest, strong, medium and weak ones of the class table."""

_REASONS = {
    Sign.FOREIGN_TRUNK: "国际中继上显示境内号码",
    Sign.FOREIGN: "境外号码",
    Sign.UNUSABLE: "号码过短、过长或无法识别",
    # Carriers sell 400 and 800 for being called; calling out under them is forbidden.
    Sign.SERVICE: "400、800 号码只应被叫，不应外呼",
    Sign.ANONYMOUS: "未显示号码",
    Sign.LONG_SERVICE: "95、96 开头但不是五位的号码",
    Sign.VIRTUAL: "虚拟运营商号段（162、165、167、170、171）",
}
_CLUES = {sign: Clue(RISKS[sign], reason) for sign, reason in _REASONS.items()}
_DOMESTIC = {NumberKind.MOBILE, NumberKind.LANDLINE, NumberKind.SHORT_CODE, NumberKind.SERVICE}
_CLASSES = {
    NumberKind.FOREIGN: Sign.FOREIGN,
    NumberKind.UNUSABLE: Sign.UNUSABLE,
    NumberKind.ANONYMOUS: Sign.ANONYMOUS,
}
_VIRTUAL_OPERATORS = tuple(f"+86{prefix}" for prefix in (162, 165, 167, 170, 171))
_CHINA = "86"
# An area code without its 0 and the longest code: behind +86 fewer digits than any subscriber has.
_AREA_AND_CODE_DIGITS = 9


@dataclass(frozen=True, slots=True)
class TrunkFacts:
    """What is known of the trunk a call came in by."""

    domestic: bool
    """False: the trunk carries calls from abroad."""
    home_area: str
    """Area code of its landlines, such as 0536; may be empty."""


class Signs(NamedTuple):
    """What the form of a number says, taken together."""

    imitation: Clue | None
    """The caller shows a number that is not its own: no list that would let it pass is believed."""
    clues: tuple[Clue, ...]
    """All signs, the imitation among them, the strongest first."""


_SIGNS_OF_CLASS = {None: Signs(None, ())} | {sign: Signs(None, (clue,)) for sign, clue in _CLUES.items()}


def signs_of(number: PhoneNumber, trunk: TrunkFacts, is_listed: Callable[[str], bool]) -> Signs:
    """Return every sign the number bears.

    `is_listed` tells whether a short code stands in a list of protected codes, beside the ones known here.
    """
    presented = _doubtful(number)
    imitation = _imitation(number, trunk, presented, is_listed)
    sign = _class(number)
    if not imitation:
        return _SIGNS_OF_CLASS[sign]
    return Signs(imitation, (imitation, _CLUES[sign]) if sign else (imitation,))


def is_protected(number: PhoneNumber) -> bool:
    """Tell whether this is a code that fraud likes to imitate, in a form its holder presents it in."""
    return number.kind is NumberKind.SHORT_CODE and holder_of(number.value) is not None


def _doubtful(number: PhoneNumber) -> Presented | None:
    # Mobiles and short codes, nearly all calls, were read whole: nothing in their form can imitate a code.
    if number.kind is NumberKind.MOBILE or number.kind is NumberKind.SHORT_CODE:
        return None
    return read_presented(number.raw or number.value)


def _imitation(
    number: PhoneNumber, trunk: TrunkFacts, presented: Presented | None, is_listed: Callable[[str], bool]
) -> Clue | None:
    if presented and (code := _imitated(number, presented, is_listed)):
        holder = holder_of(code) or "受保护号码名单"
        return Clue(RISKS[Sign.SPOOF], f"仿冒受保护号码 {code}（{holder}）")
    if trunk.domestic:
        return None
    claims = number.kind in _DOMESTIC or (presented and _claims_china(presented))
    return _CLUES[Sign.FOREIGN_TRUNK] if claims else None


def _claims_china(presented: Presented) -> bool:
    return presented.international and presented.digits.startswith(_CHINA)


def _imitated(number: PhoneNumber, presented: Presented, is_listed: Callable[[str], bool]) -> str | None:
    """Return the protected code that the digits shown are meant to look like.

    Chinese subscribers may well end in 110: behind 86 only the code itself counts, or area and code.
    """
    digits = presented.digits
    if number.kind is NumberKind.FOREIGN:
        return imitated_code(digits, subscriber=True) or _listed_end(digits, is_listed)
    rest = digits.removeprefix(_CHINA)
    if number.kind is NumberKind.LANDLINE:
        # 8696110 may be somebody's local number; that it is a code behind 86 is far likelier.
        protected = holder_of(rest) or (is_short_code(rest) and is_listed(rest))
        return rest if rest != digits and protected else None
    if number.kind is not NumberKind.UNUSABLE or (rest != digits and len(rest) > _AREA_AND_CODE_DIGITS):
        return None
    return imitated_code(rest, subscriber=False) or _listed_end(rest, is_listed)


def _listed_end(digits: str, is_listed: Callable[[str], bool]) -> str | None:
    for length in (6, 5, 3):
        end = digits[-length:]
        if is_short_code(end) and is_listed(end):
            return end
    return None


def _class(number: PhoneNumber) -> Sign | None:
    if number.kind is NumberKind.MOBILE:
        return Sign.VIRTUAL if number.value.startswith(_VIRTUAL_OPERATORS) else None
    if number.kind is NumberKind.SERVICE:
        return Sign.LONG_SERVICE if number.value.startswith("9") else Sign.SERVICE
    return _CLASSES.get(number.kind)
