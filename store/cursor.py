"""The place in a list, newest first, from which to read on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

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
            # Databases compare in UTC, where the first and last hours of the calendar may not exist.
            utc = when.astimezone(UTC)
        except (ValueError, OverflowError):
            raise _bad_cursor() from None
        if when.tzinfo is None or not row_id:
            raise _bad_cursor()
        return cls(utc, row_id)


def _bad_cursor() -> BadInputError:
    return BadInputError("cursor: cannot be read; take it from `next_cursor` of the page before")
