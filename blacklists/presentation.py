"""How a number stands in signalling: SIP and tel URIs, display forms, prefixes, words for anonymous."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

_ANGLE = re.compile(r"<([^<>]*)>")
_SCHEME = re.compile(r"(sips?|tel):", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s\-.()/\u2010-\u2015]+")
_DIGITS = re.compile(r"\+?[0-9]+")
_LONGEST_URI = 256
_ANONYMOUS = {
    "anonymous",
    "blocked",
    "private",
    "restricted",
    "unavailable",
    "unknown",
    "withheld",
    "匿名",
    "无号码",
    "未知",
    "未知号码",
}


@dataclass(frozen=True, slots=True)
class Presented:
    """The digits shown, and what stood before them."""

    digits: str
    """Without + and 00; empty where there are none."""
    international: bool = False
    """Shown with + or 00."""
    anonymous: bool = False
    """Nothing shown, or a word that says so (RFC 3323 section 4.1.1.3, RFC 3325 section 7)."""


def read_presented(raw: str) -> Presented:
    """Take apart what a trunk presents as a number: URI, name-addr, written form, or a word.

    RFC 3261 section 19.1 and RFC 3966 say what a user part holds; parameters and passwords are dropped.
    """
    user, host = _user_and_host(unicodedata.normalize("NFKC", raw).strip())
    if user.casefold() in _ANONYMOUS or not user or host.startswith("anonymous.invalid"):
        return Presented("", anonymous=True)
    number = _SEPARATORS.sub("", user)
    if not _DIGITS.fullmatch(number):
        return Presented("")
    digits = number.lstrip("+")
    international = number.startswith("+") or digits.startswith("00")
    return Presented(digits.removeprefix("00") if international else digits, international)


def _user_and_host(text: str) -> tuple[str, str]:
    if len(text) > _LONGEST_URI:
        return "too-long", ""
    if address := _ANGLE.search(text):
        text = address[1].strip()
    text = _SCHEME.sub("", text, count=1) if _SCHEME.match(text) else text
    user, _, host = text.partition("@")
    user = re.split(r"[;?:]", user, maxsplit=1)[0]
    return unquote(user).strip(), host.casefold()
