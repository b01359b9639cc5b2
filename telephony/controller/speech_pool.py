"""The speech servers of a node: which leg is heard by which, and who gives way where places run short."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import structlog

from contracts.taxonomy import RiskLevel

LATE_MS = 1500
"""A leg further behind than this is heard too late for a word in time."""
LATE_FOR_S = 3.0
"""So long it must be late: after a reconnection there are 2 s to catch up on, with a cold recogniser."""
SETTLE_S = 2.0
"""After a leg gave way: until its place is free at the server, or the others have caught up."""
FIRST_GROWTH_S = 5.0
LAST_GROWTH_S = 60.0
"""A server that ran short gets one more stream after a while; one that fell behind again, twice that."""
DOUBT_S = 5.0
"""A server that was lost is not the first choice for so long."""

_log = structlog.get_logger(__name__)


class Shortage(StrEnum):
    """Why a leg is not heard."""

    FULL = "speech servers are full"
    LATE = "speech servers are behind"


@dataclass(frozen=True, order=True, slots=True)
class Rank:
    """How much it matters to hear a leg: ordered, the caller's before any resident's."""

    caller: bool
    level: RiskLevel
    number_risk: float
    """0 to 1."""
    dialogue_risk: float
    """Log-odds."""

    def outranks(self, other: Rank) -> bool:
        """Tell whether a leg of this rank takes the place of another; a livelier word alone does not."""
        mine = (self.caller, self.level, self.number_risk)
        return mine > (other.caller, other.level, other.number_risk)


class Leg(Protocol):
    """What is to be heard."""

    @property
    def rank(self) -> Rank:
        """How much it matters now."""
        ...

    def give_way(self, shortage: Shortage) -> None:
        """Close your stream, if only half open; told once for each place."""
        ...


@dataclass(eq=False, slots=True)
class _Server:
    url: str
    legs: set[Leg] = field(default_factory=set)
    leaving: set[Leg] = field(default_factory=set)
    limit: int | None = None
    """Of our streams; None: it never ran short."""
    shortage: Shortage = Shortage.FULL
    short_at: float = 0.0
    growth_s: float = FIRST_GROWTH_S
    grown: bool = False
    """Since it last ran short."""
    settled_at: float = 0.0
    doubted_until: float = 0.0


class SpeechPool:
    """Knows who is heard where. Nothing here waits: a leg without a place asks again soon.

    How many streams a server takes is not known beforehand, and other nodes may share it: it shows when the
    server refuses one, or falls behind. From then on it gets no more of ours than it had, and again one more
    after a while without a complaint.
    """

    def __init__(self, urls: Iterable[str], now: Callable[[], float] = time.monotonic) -> None:
        self._servers = tuple(_Server(url) for url in urls)
        self._now = now
        self._placed: dict[Leg, _Server] = {}
        self._late_since: dict[Leg, float] = {}
        self._waiting: set[Leg] = set()
        self.counters: Counter[str] = Counter()
        """Totals since the node's start: speech_blocks, speech_lag_ms (their sum), speech_blocks_late,
        speech_blocks_unheard, speech_refused, speech_lost, speech_shed_caller, speech_shed_resident."""

    @property
    def has_choice(self) -> bool:
        """Whether there is another server to go to."""
        return len(self._servers) > 1

    def place(self, leg: Leg) -> str | Shortage | None:
        """Return the URL of the server to try, or why there is none; None: one may be free in a moment."""
        self._waiting.add(leg)
        for server in sorted(self._servers, key=self._preference):
            if self._has_room(server) and (server.limit is None or self._comes_next(leg)):
                self._waiting.discard(leg)
                server.legs.add(leg)
                self._placed[leg] = server
                return server.url
        return self._make_room(leg)

    def refused(self, leg: Leg) -> None:
        """The server had no place after all."""
        self.counters["speech_refused"] += 1
        server = self._take_out(leg)
        # The place of a leg that gave way may not be free yet: that says nothing new.
        if server and self._now() >= server.settled_at:
            self._ran_short(server, Shortage.FULL, len(server.legs))

    def lost(self, leg: Leg) -> None:
        """The server could not be reached, or its stream broke off."""
        self.counters["speech_lost"] += 1
        server = self._take_out(leg)
        if server:
            server.doubted_until = self._now() + DOUBT_S

    def measured(self, leg: Leg, behind_ms: float) -> None:
        """Take note of how far a leg's text is behind its sound, once for each block."""
        self.counters.update(speech_blocks=1, speech_lag_ms=round(behind_ms))
        if behind_ms < LATE_MS:
            self._late_since.pop(leg, None)
            return
        self.counters["speech_blocks_late"] += 1
        now = self._now()
        server = self._placed.get(leg)
        if now - self._late_since.setdefault(leg, now) >= LATE_FOR_S and server and now >= server.settled_at:
            self._lighten(server)

    def unheard(self) -> None:
        """A block was let go before anybody could hear it."""
        self.counters["speech_blocks_unheard"] += 1

    def leave(self, leg: Leg) -> None:
        """The leg's stream is closed, or it wants none any more."""
        self._waiting.discard(leg)
        self._take_out(leg)

    def _preference(self, server: _Server) -> tuple[bool, int]:
        return self._now() < server.doubted_until, len(server.legs)

    def _comes_next(self, leg: Leg) -> bool:
        rank = leg.rank
        return not any(other.rank.outranks(rank) for other in self._waiting)

    def _has_room(self, server: _Server) -> bool:
        if server.limit is None:
            return True
        if len(server.legs) >= server.limit and self._now() - server.short_at >= server.growth_s:
            server.limit, server.grown, server.short_at = len(server.legs) + 1, True, self._now()
        return len(server.legs) < server.limit

    def _make_room(self, leg: Leg) -> Shortage | None:
        if any(server.leaving for server in self._servers):
            return None
        least = min(self._placed, key=lambda other: other.rank, default=None)
        if least and leg.rank.outranks(least.rank):
            self._shed(least, self._placed[least])
            return None
        return max(self._servers, key=lambda server: server.short_at).shortage

    def _lighten(self, server: _Server) -> None:
        """Let one leg of a server that is behind give way, but the last: late text is better than none."""
        staying = server.legs - server.leaving
        self._ran_short(server, Shortage.LATE, max(1, len(staying) - 1))
        if len(staying) > 1:
            self._shed(min(staying, key=lambda leg: leg.rank), server)

    def _ran_short(self, server: _Server, shortage: Shortage, limit: int) -> None:
        # A refusal costs nothing; one stream too many makes all the others late.
        if shortage is Shortage.FULL:
            server.growth_s = FIRST_GROWTH_S
        elif server.grown:
            server.growth_s = min(2 * server.growth_s, LAST_GROWTH_S)
        server.grown = False
        if (limit, shortage) != (server.limit, server.shortage):
            _log.warning("speech runs short", server=server.url, reason=shortage.value, streams=limit)
        server.limit, server.shortage, server.short_at = limit, shortage, self._now()

    def _shed(self, leg: Leg, server: _Server) -> None:
        server.leaving.add(leg)
        server.settled_at = self._now() + SETTLE_S
        rank = leg.rank
        self.counters["speech_shed_caller" if rank.caller else "speech_shed_resident"] += 1
        leg.give_way(server.shortage)

    def _take_out(self, leg: Leg) -> _Server | None:
        self._late_since.pop(leg, None)
        server = self._placed.pop(leg, None)
        if server:
            server.legs.discard(leg)
            server.leaving.discard(leg)
        return server
