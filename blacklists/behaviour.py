"""How a caller behaves: many residents within an hour, the same resident again within minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
"""How far back calls are looked at."""
REPEAT_WINDOW = timedelta(minutes=10)
LEAST_RESIDENTS = 20
"""Residents within an hour: below that the judgement makes nothing of it, and nodes are not told."""
LEAST_REPEATS = 3
"""Calls to one resident within ten minutes; likewise."""
REPORTED_FOR = timedelta(days=42)
"""How long a resident's report speaks against the caller; three half-lives of its activity."""
_STEPS = (10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What one caller did of late."""

    residents_last_hour: int = 0
    """Distinct enrolled residents called within the hour."""
    repeats: int = 0
    """Most calls to one resident within ten minutes."""
    later_reported: int = 0
    """Residents who were called by it and reported it afterwards."""

    @property
    def is_remarkable(self) -> bool:
        """Whether nodes should know of it."""
        return (
            self.residents_last_hour >= LEAST_RESIDENTS
            or self.repeats >= LEAST_REPEATS
            or self.later_reported > 0
        )


def most_within(times: Iterable[datetime], window: timedelta = REPEAT_WINDOW) -> int:
    """Return the most calls that fall into one window; the window's end is no longer part of it."""
    ordered = sorted(times)
    most = first = 0
    for last, time in enumerate(ordered):
        while time - ordered[first] >= window:
            first += 1
        most = max(most, last - first + 1)
    return most


def coarse(count: int) -> int:
    """Return a count as nodes are told it: exact up to ten, above it rounded down to 10, 20, 50, 100, ...

    A busy caller would else change the overlay of every node with each of its calls.
    """
    return max((step for step in _STEPS if step <= count), default=count)
