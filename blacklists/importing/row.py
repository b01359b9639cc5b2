"""One line of an import: an entry it asks for, or why it was rejected."""

from __future__ import annotations

import re
from typing import NamedTuple

from blacklists.pattern import Pattern
from blacklists.reason import Reason
from contracts.verdict import Action

LONGEST_TEXT = 200
"""Characters of a rejected line that are kept."""

_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class ImportRow(NamedTuple):
    """An entry as a line asks for it. Times are whole seconds since 1970, 0 for none."""

    line: int
    """Physical line from 1; in JSON the place among the numbers, from 1."""
    pattern: Pattern
    category: str
    action: Action
    shadow: bool
    source: str
    evidence: str
    note: str
    valid_from: int
    expires_at: int
    review_at: int
    gone: bool
    """A tombstone: the source has withdrawn the entry."""
    text: str
    """What the file says, to be shown where the row is rejected beside others."""


class Rejected(NamedTuple):
    """A line that is not imported."""

    line: int
    reason: Reason
    text: str
    """The line, shortened to LONGEST_TEXT, control characters escaped."""


def reject(line: int, reason: Reason, text: str) -> Rejected:
    """Return the rejection of a line, its text made fit to be shown."""
    return Rejected(line, reason, shown(text))


def shown(text: str) -> str:
    """Shorten a text to LONGEST_TEXT and escape what cannot be seen."""
    escaped = _INVISIBLE.sub(_escape, text[: LONGEST_TEXT + 1])
    return escaped if len(escaped) <= LONGEST_TEXT else f"{escaped[: LONGEST_TEXT - 1]}…"


def has_invisible(text: str) -> bool:
    """Tell whether a text holds control characters, byte order marks or marks that turn its direction."""
    return not text.isprintable() and _INVISIBLE.search(text) is not None


def blank_invisible(text: str) -> str:
    """Return a text with a blank for each of the marks has_invisible finds."""
    return _INVISIBLE.sub(" ", text) if has_invisible(text) else text


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
