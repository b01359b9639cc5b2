"""A version of a number list: prepared by one person, released by another, or discarded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from contracts.errors import ConflictError


class SecondPersonError(ConflictError):
    """Whoever prepared this change may not release it as well; another person must."""

    code: ClassVar[str] = "lists.second_person"


class VersionState(StrEnum):
    """How far a version is."""

    PLANNING = "planning"
    """Its rows are still being written."""
    PENDING = "pending"
    RELEASED = "released"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Impact:
    """What a version would touch, so far as was looked at."""

    patterns: int
    """Patterns the version adds, changes or ends."""
    looked_at: int
    """So many of them were counted: prefixes and ranges first, then single numbers."""
    known_numbers: int
    """Single numbers of any list in force that these prefixes and ranges cover."""
    recent_calls: int
    """Calls of the last 30 days by the numbers covered."""


@dataclass(frozen=True, slots=True)
class Version:
    """One change of one list, named by its number."""

    n: int
    list: str
    state: VersionState
    release_n: int | None
    """Counts the releases of all lists; None until released."""
    based_on: int
    """The list's version in force when this one was prepared; 0 where there was none."""
    restores: int | None
    """The version whose state a rollback brings back."""
    origin: str
    """A file's name, "rollback of 12", "one entry", or who asked for it."""
    source_version: int | None
    """The version the source itself gives its data."""
    file_sha256: str | None
    prepared_by: str
    prepared_at: datetime
    released_by: str | None
    released_at: datetime | None
    added: int
    changed: int
    expired: int
    rejected: int
    flagged: int
    """What should be looked at before its release; the first thousand are kept in words."""
    impact: Impact | None

    @property
    def entries(self) -> int:
        """How many entries it touches."""
        return self.added + self.changed + self.expired
