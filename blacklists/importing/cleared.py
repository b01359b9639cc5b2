"""Numbers that a decision has taken off the lists, which an import must not bring back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from blacklists.importing.notice import named
from blacklists.pattern import Pattern
from blacklists.reason import Reason, Why
from contracts.number_list import EntryKind


class Clearance(NamedTuple):
    """Which decision cleared a number."""

    request: str
    """Id of the removal request."""
    cleared_at: datetime

    def __str__(self) -> str:
        return "removal request {request} on {day}".format_map(self.parts)

    @property
    def parts(self) -> Mapping[str, str]:
        """What a reason says of it."""
        return {"request": self.request, "day": f"{self.cleared_at.astimezone(UTC):%Y-%m-%d}"}


class ClearedNumbers:
    """The numbers of all accepted removal requests (R47), by their keys."""

    def __init__(self, clearances: Mapping[int, Clearance] | None = None) -> None:
        self._clearances = clearances or {}
        self._keys = sorted(self._clearances)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def refusal(self, pattern: Pattern) -> Reason | None:
        """Return why a pattern that does not stand in the list may not be imported; None where it may."""
        clearance = self._clearances.get(pattern.low) if pattern.kind is EntryKind.EXACT else None
        if clearance is None:
            return None
        return Reason(Why.CLEARED, clearance.parts)

    def warning(self, pattern: Pattern) -> Reason | None:
        """Return what is to be said of a prefix or a range that covers cleared numbers; None where none."""
        if pattern.kind is EntryKind.EXACT:
            return None
        between = self._keys[bisect_left(self._keys, pattern.low) : bisect_right(self._keys, pattern.high)]
        covered = [key for key in between if pattern.covers(key)]
        if not covered:
            return None
        said: dict[str, str | int] = {
            **named(pattern),
            "count": len(covered),
            **self._clearances[covered[0]].parts,
        }
        return Reason(Why.COVERS_CLEARED, said)


NONE_CLEARED = ClearedNumbers()
