"""Time and identity as arguments, so that the judgement and the casework can be replayed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import uuid4


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """Return the present, aware, in UTC."""
        ...


class IdSource(Protocol):
    """Where new identities come from."""

    def new(self) -> str:
        """Return an id never returned before."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the time it was last moved to."""
        return self._now

    def move(self, by: timedelta) -> None:
        """Move forward by a duration."""
        self._now += by


class RandomIds:
    """Random ids of 32 hexadecimal digits (RFC 9562, version 4)."""

    def new(self) -> str:
        """Return a random id."""
        return uuid4().hex


class CountedIds:
    """Ids that count up: a1, a2, ... with a prefix; for tests and replays."""

    def __init__(self, prefix: str = "id") -> None:
        self._prefix = prefix
        self._count = 0

    def new(self) -> str:
        """Return the next id."""
        self._count += 1
        return f"{self._prefix}{self._count}"
