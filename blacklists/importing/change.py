"""What an import does to one entry of a list, and the current entries it is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from blacklists.importing.row import ImportRow
from blacklists.pattern import Pattern
from contracts.verdict import Action

MOST_PATTERNS = 4_096
"""Patterns asked for at once, and rows held at once."""


class ChangeOp(StrEnum):
    """What becomes of an entry."""

    ADDED = "added"
    CHANGED = "changed"
    EXPIRED = "expired"


class Known(NamedTuple):
    """A current entry of the list: its id, and the fields an import may change, in ImportRow's order."""

    entry: int
    category: str
    action: Action
    shadow: bool
    source: str
    evidence: str
    note: str
    valid_from: int
    expires_at: int
    review_at: int


class KnownEntries(Protocol):
    """The current entries of the list an import goes to."""

    def find(self, patterns: Sequence[Pattern]) -> Mapping[Pattern, Known]:
        """Return those of at most MOST_PATTERNS patterns that stand in the list."""
        ...


class Change(NamedTuple):
    """One entry to write."""

    op: ChangeOp
    row: ImportRow
    replaces: int | None
    """Id of the current entry that ends."""


_FIRST, _LAST = ImportRow._fields.index("category"), ImportRow._fields.index("gone")


def change_of(row: ImportRow, known: Known | None, moment: int) -> Change | None:
    """Return what a row changes at a moment (seconds since 1970), None where nothing.

    A tombstone ends the entry, and so does a row that has expired already; one that asks for what stands
    there, expired or not, changes nothing.
    """
    if known is None:
        return None if row.gone else Change(ChangeOp.ADDED, row, None)
    if not row.gone and row[_FIRST:_LAST] == known[1:]:
        return None
    return Change(ChangeOp.EXPIRED if ends(row, moment) else ChangeOp.CHANGED, row, known.entry)


def ends(row: ImportRow, moment: int) -> bool:
    """Tell whether a row only ends an entry: a tombstone, or expired at a moment (seconds since 1970)."""
    return row.gone or 0 < row.expires_at <= moment
