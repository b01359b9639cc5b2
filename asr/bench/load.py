"""So many live streams for so long, as a benchmark plays them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heapreplace
from itertools import cycle
from time import monotonic

from asr.bench.played_leg import PlayedLeg, play
from asr.bench.recorded_call import BLOCK_MS, RecordedCall
from contracts.errors import BadInputError

_APART_S = 0.13
"""Calls begin one after another, and not in step with their blocks."""


@dataclass(frozen=True, slots=True)
class Load:
    """Recorded calls one after another on new streams; two streams are both legs of one call."""

    calls: Sequence[RecordedCall]
    streams: int
    seconds: int
    repeats: bool = False
    """A call may be played again, when all were. A recogniser that is used again then knows it."""

    def __post_init__(self) -> None:
        """Raise BadInputError where a call would have to be played twice."""
        if not self.repeats and (lasts := self._lasts()) < self.seconds:
            raise BadInputError(
                f"{len(self.calls)} calls keep {self.streams} streams busy for {lasts:.0f} s, none played "
                f"twice; {self.seconds} s were asked for: name a folder of more calls, or let them repeat"
            )

    async def play(self, url: str, played: list[PlayedLeg]) -> None:
        """Play it to a server in real time; legs are added to `played` as they end."""
        until = monotonic() + self.seconds
        calls = cycle(self.calls)
        await asyncio.gather(
            *(self._play_line(url, calls, first, until, played) for first in range(0, self.streams, 2))
        )

    async def _play_line(
        self, url: str, calls: Iterator[RecordedCall], first: int, until: float, played: list[PlayedLeg]
    ) -> None:
        """Play one call after another until the time is over, or a leg was not taken to its end."""
        await asyncio.sleep(first * _APART_S)
        while (blocks := int((until - monotonic()) * 1000 / BLOCK_MS)) > 0:
            call = next(calls)
            sides = (call.caller, call.resident)[: self.streams - first]
            legs = await asyncio.gather(*(play(url, side[:blocks]) for side in sides))
            played += legs
            if any(leg.refused or leg.lost for leg in legs):
                return

    def _lasts(self) -> float:
        """Return for how long all lines have a call of their own, s."""
        ends = [0.0] * -(-self.streams // 2)
        for call in self.calls:
            heapreplace(ends, ends[0] + call.seconds)
        return ends[0]
