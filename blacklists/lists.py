"""The number lists of one release, held in memory and never changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from blacklists.normalise import parse_number
from contracts.errors import BadInputError
from contracts.node_api import ListEntry
from contracts.phone import PhoneNumber

PROTECTED = "protected"
"""Codes nobody may imitate, beside those the service knows by itself."""
ALLOW = "allow"
POLICE = "police"
"""The hard list: its entries are acted on as written."""

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_CHINA = "+86"
_PREFIX = re.compile(r"\+?[0-9]{1,15}")


class BadEntryError(BadInputError):
    """A list entry has a pattern that is no number and no prefix."""

    code = "lists.bad_entry"


class NumberLists:
    """Entries by number and by leading digits; several lists may hold the same number.

    Lists named `protected`, `allow` and `police` have places of their own in the rule chain; all others
    are score lists. Raises BadEntryError for a pattern that cannot be used.
    """

    def __init__(self, entries: Iterable[ListEntry], version: str) -> None:
        self.version = version
        exact: defaultdict[str, list[ListEntry]] = defaultdict(list)
        prefixes: defaultdict[str, list[ListEntry]] = defaultdict(list)
        for entry in entries:
            if entry.kind == "exact":
                exact[_exact_key(entry)].append(entry)
            else:
                prefixes[_prefix_key(entry)].append(entry)
        self._exact: Mapping[str, tuple[ListEntry, ...]] = {key: tuple(rows) for key, rows in exact.items()}
        self._prefixes: Mapping[str, tuple[ListEntry, ...]] = {k: tuple(rows) for k, rows in prefixes.items()}
        self._lengths = sorted({len(key) for key in prefixes}, reverse=True)

    def find_exact(self, number: PhoneNumber, now: datetime) -> tuple[ListEntry, ...]:
        """Return the entries of this very number that have not expired; none for a number without digits."""
        return _current(self._exact.get(number.value, ()), now)

    def find_prefix(self, number: PhoneNumber, now: datetime) -> tuple[ListEntry, ...]:
        """Return the unexpired entries whose digits the number begins with, the longest first."""
        value = number.value
        found: tuple[ListEntry, ...] = ()
        for length in self._lengths:
            if length <= len(value):
                found += _current(self._prefixes.get(value[:length], ()), now)
        return found


def _current(entries: tuple[ListEntry, ...], now: datetime) -> tuple[ListEntry, ...]:
    return tuple(entry for entry in entries if entry.expires_at is None or entry.expires_at > now)


def _exact_key(entry: ListEntry) -> str:
    # A million entries arrive normalised already; only what is not E.164 is worth parsing.
    value = entry.pattern if _E164.fullmatch(entry.pattern) else parse_number(entry.pattern).value
    if not value:
        raise _bad(entry, "a full number or a short code")
    return value


def _prefix_key(entry: ListEntry) -> str:
    pattern = entry.pattern.strip()
    if not _PREFIX.fullmatch(pattern):
        raise _bad(entry, "leading digits such as 0086170, 0536 or 400")
    key = _international(pattern)
    if _CHINA.startswith(key):
        raise BadEntryError(
            f"entry {entry.id} of list {entry.list}: is the whole country or more: pattern {pattern!r}; "
            "give the digits that follow as well, such as 0086170"
        )
    return key


def _international(pattern: str) -> str:
    digits = re.sub(r"^(\+|00)", "", pattern)
    # Some write +86 without its plus sign; no short code or service number begins with it.
    if digits.startswith("86"):
        return _CHINA + digits[2:].removeprefix("0")
    if digits != pattern:
        return f"+{digits}"
    # Two digits tell a mobile prefix (17) from a short code (11).
    if pattern.startswith("0") or re.match(r"1[3-9]", pattern):
        return _CHINA + pattern.removeprefix("0")
    return pattern


def _bad(entry: ListEntry, wanted: str) -> BadEntryError:
    return BadEntryError(
        f"entry {entry.id} of list {entry.list}: pattern {entry.pattern!r} cannot be used; give {wanted}"
    )
