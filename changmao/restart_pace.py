"""How long to wait before a dead process is started again: doubling, bounded, forgotten after a good run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class RestartPace:
    """The bounds of the delay."""

    first: timedelta = timedelta(seconds=0.2)
    longest: timedelta = timedelta(seconds=10)
    good_run: timedelta = timedelta(seconds=30)
    """A process that lived this long starts over with the first delay."""

    def next_delay(self, ran_for: timedelta, previous: timedelta | None) -> timedelta:
        """Return the delay after a run of `ran_for`; `previous`: the last delay, None at first."""
        if previous is None or ran_for >= self.good_run:
            return self.first
        return min(previous * 2, self.longest)
