"""How a number stands in signalling: SIP and tel URIs, display forms, prefixes, words for anonymous."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import unquote

# RFC 3261 section 25.1: a quoted display name may hold anything, even another address.
_NAME_ADDR = re.compile(r'(?:"(?:[^"\\]|\\.)*"\s*|[^<"]*)<([^<>]*)>', re.DOTALL)
_SIP = re.compile(r"sips?:", re.IGNORECASE)
_TEL = re.compile(r"tel:", re.IGNORECASE)
_FOREIGN_CONTEXT = re.compile(r";phone-context=\+(?!86)([1-9][0-9]{0,14})(?:;|$)", re.IGNORECASE)
# Telephones and spreadsheets put marks of writing direction around numbers.
_SEPARATORS = re.compile(r"[\s\-.()/\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_DIGITS = re.compile(r"\+?[0-9]+")
# What nearly every trunk and list holds, read without taking the text apart.
_PLAIN = re.compile(r"\+?[0-9]{1,40}")
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


class Presented(NamedTuple):
    """The digits shown, and what stood before them."""

    digits: str
    """Without + and 00; empty where there are none."""
    international: bool = False
    """Shown with + or 00, or in a foreign phone-context."""
    anonymous: bool = False
    """Nothing shown, or a word that says so (RFC 3323 section 4.1.1.3, RFC 3325 section 7)."""


def read_presented(raw: str) -> Presented:
    """Take apart what a trunk presents as a number: URI, name-addr, written form, or a word.

    RFC 3261 section 19.1 and RFC 3966 say what a user part holds; parameters and passwords are dropped. A
    local number in a foreign phone-context is a number of that country (RFC 3966 section 5.1.5).
    """
    if _PLAIN.fullmatch(raw):
        return _shown(raw)
    return _taken_apart(raw)


def _taken_apart(raw: str) -> Presented:
    if len(raw) > _LONGEST_URI or len(text := plain_text(raw)) > _LONGEST_URI:
        return Presented("")
    if address := _NAME_ADDR.match(text):
        text = address[1].strip()
    user, host = _user_and_host(text)
    if user.casefold() in _ANONYMOUS or not user or host.startswith("anonymous.invalid"):
        return Presented("", anonymous=True)
    number = without_separators(user)
    return _shown(number, _FOREIGN_CONTEXT.search(text)) if _DIGITS.fullmatch(number) else Presented("")


def plain_text(raw: str) -> str:
    """Return a text with full-width digits and signs made plain, and no space around it."""
    return unicodedata.normalize("NFKC", raw).strip()


def without_separators(text: str) -> str:
    """Return a written number without the spaces, dashes, brackets, dots and direction marks in it."""
    return _SEPARATORS.sub("", text)


def _shown(number: str, context: re.Match[str] | None = None) -> Presented:
    digits = number.removeprefix("+")
    if number != digits or digits.startswith("00"):
        return Presented(digits.removeprefix("00"), international=True)
    return Presented(context[1] + digits, international=True) if context else Presented(digits)


def _user_and_host(text: str) -> tuple[str, str]:
    if scheme := _SIP.match(text):
        text = text[scheme.end() :]
        if "@" not in text and "." in text:
            # A URI of a host alone: 1.1.0 is then no 110.
            return "", text.casefold()
    elif scheme := _TEL.match(text):
        text = text[scheme.end() :]
    user, _, host = text.partition("@")
    user = re.split(r"[;?:]", user, maxsplit=1)[0]
    return unquote(user).strip(), host.casefold()
