"""The place in a list, newest first, from which to read on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.errors import BadInputError


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row that was read."""

    at: datetime
    id: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"

    @classmethod
    def parse(cls, written: str) -> Cursor:
        """Read a cursor.

        Raises:
            BadInputError: it is not one that a list returned.
        """
        at, _, row_id = written.partition("_")
        try:
            when = datetime.fromisoformat(at)
        except ValueError:
            when = None
        if when is None or when.tzinfo is None or not row_id:
            raise BadInputError("cursor: cannot be read; take it from `next_cursor` of the page before")
        return cls(when, row_id)
