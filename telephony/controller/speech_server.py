"""One speech server as a node knows it: who is heard there, and how many it seems to take."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

import structlog

from telephony.controller.patience import Patience
from telephony.controller.rank import Rank

_log = structlog.get_logger(__name__)


class Shortage(StrEnum):
    """Why a leg is not heard."""

    FULL = "speech servers are full"
    LATE = "speech servers are behind"


class Leg(Protocol):
    """What is to be heard."""

    @property
    def name(self) -> str:
        """Call and side, for the record."""
        ...

    @property
    def rank(self) -> Rank:
        """How much it matters now."""
        ...

    def give_way(self, why: str) -> None:
        """Close your stream, if only half open; told once for each place."""
        ...


class SpeechServer:
    """Keeps count of our streams; how many it takes shows when it refuses one, or falls behind.

    All instants are those of one clock, s.
    """

    def __init__(self, url: str, patience: Patience) -> None:
        self.url = url
        self.legs: set[Leg] = set()
        self.leaving: set[Leg] = set()
        """Those of them that were told to give way."""
        self.limit: int | None = None
        """Of our streams; None: it never ran short."""
        self.shortage = Shortage.FULL
        self.short_at = 0.0
        self.settled_at = 0.0
        """Until then a place is being freed: a complaint says nothing new."""
        self.doubted_until = 0.0
        self._patience = patience
        self._late_growth_s = patience.first_late_growth_s
        self._step = 1
        self._grown = False  # since it last ran short

    def has_room(self, now: float) -> bool:
        """Tell whether one more stream may be tried; where none may, more are allowed after a while."""
        if self.limit is not None and now - self.short_at >= self._growth_s:
            if self.shortage is Shortage.LATE and not self.legs:
                self._rested()
            elif len(self.legs) >= self.limit:
                self._grow(now)
        return self.limit is None or len(self.legs) < self.limit

    def refused(self, now: float) -> None:
        """It had no place after all: so many as it has are enough for now."""
        if now >= self.settled_at:
            self._ran_short(Shortage.FULL, len(self.legs), now)

    def fell_behind(self, now: float) -> Leg | None:
        """Return who has to give way: nobody is taken from its last leg, late text is better than none."""
        staying = self.legs - self.leaving
        if self._grown and self.shortage is Shortage.LATE:
            self._late_growth_s = min(2 * self._late_growth_s, self._patience.last_late_growth_s)
        self._ran_short(Shortage.LATE, max(1, len(staying) - 1), now)
        return least(staying) if len(staying) > 1 else None

    def sheds(self, leg: Leg, now: float) -> None:
        """One of its legs was told to give way: nobody else has to until that has shown."""
        self.leaving.add(leg)
        self.settled_at, self.short_at = now + self._patience.settle_s, now

    @property
    def _growth_s(self) -> float:
        full = self.shortage is Shortage.FULL
        return self._patience.full_growth_s if full else self._late_growth_s

    def _grow(self, now: float) -> None:
        """Allow more streams than it has."""
        if self._grown and self.shortage is Shortage.LATE:
            # It took the one before without a complaint.
            self._late_growth_s = max(self._late_growth_s / 2, self._patience.first_late_growth_s)
        self.limit, self.short_at, self._grown = len(self.legs) + self._step, now, True
        # A refusal costs nothing; one stream too many makes all the others late.
        self._step = 2 * self._step if self.shortage is Shortage.FULL else 1

    def _rested(self) -> None:
        """It has nothing to decode of ours: what it took under another load says nothing any more."""
        self.limit, self._grown = None, False
        self._late_growth_s = self._patience.first_late_growth_s

    def _ran_short(self, shortage: Shortage, limit: int, now: float) -> None:
        if (limit, shortage) != (self.limit, self.shortage):
            _log.warning("speech runs short", server=self.url, reason=shortage.value, streams=limit)
        self.limit, self.shortage, self.short_at = limit, shortage, now
        self._step, self._grown = 1, False


def least(legs: Iterable[Leg]) -> Leg | None:
    """Return the leg that matters least."""
    return min(legs, key=lambda leg: leg.rank, default=None)
