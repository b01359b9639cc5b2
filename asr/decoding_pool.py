"""The processes that decode for the speech server: streams shared out, a lost process replaced."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
from contextlib import suppress
from time import monotonic
from typing import Protocol, Self

import structlog

from asr.decoding_line import DecodingLine, DecodingTotals
from asr.errors import DecodingLostError
from asr.pooled_stream import PooledStream
from asr.protocol import StreamConfig
from contracts.errors import ChangmaoError

_LOG = structlog.get_logger(__name__)
_TRIES = 6
"""To replace a process."""
_PAUSE_S = 0.1
"""Times 1, 3, 7, 15 and 31 before those after the first: 6 s in all."""
_SHORT_LIFE_S = 5.0
"""A process that ended sooner counts for a try that failed."""
_REPLACING_S = 1.0
"""A fork takes some milliseconds: for so long a lost process counts for one that is there, and streams that
begin wait for it. On those that are left they would stay."""


class Nursery(Protocol):
    """Where decoding processes come from."""

    @property
    def pid(self) -> int | None:
        """Its own number in the system; None where it runs not just now, or not by itself."""
        ...

    async def fork(self) -> tuple[int, socket.socket]:
        """Return the number of a new decoding process and our end of its line, not blocking."""
        ...

    async def close(self) -> None:
        """End it; processes it forked live on until their lines are closed."""
        ...


class DecodingPool:
    """So many processes on one loaded model; a stream goes to the one that has fewest.

    `places`: streams that one process takes.
    """

    def __init__(self, nursery: Nursery, size: int, places: int) -> None:
        self._nursery = nursery
        self._size = size
        self._places = places
        self._numbers = itertools.count(1)
        self._lines: list[DecodingLine] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._whole = asyncio.Event()
        self._short_since = 0.0
        self.gone = DecodingTotals()
        """What processes did that have ended."""
        self.replaced = 0
        """Processes that ended before their time."""

    @classmethod
    async def started(cls, nursery: Nursery, size: int, places: int) -> Self:
        """Start the processes; raises what the nursery does where that fails."""
        pool = cls(nursery, size, places)
        try:
            lines = [await pool._add() for _ in range(size)]
        except BaseException:
            await pool.aclose()
            raise
        pool._keepers = [asyncio.create_task(pool._keep(line)) for line in lines]
        return pool

    @property
    def lines(self) -> tuple[DecodingLine, ...]:
        """The processes that live."""
        return tuple(self._lines)

    @property
    def pids(self) -> tuple[int, ...]:
        """This process, the nursery and those that decode."""
        own = (os.getpid(),) if self._nursery.pid is None else (os.getpid(), self._nursery.pid)
        return (*own, *(line.pid for line in self._lines))

    @property
    def capacity(self) -> float:
        """Share of its processes that are there, 0 to 1; one that is just being replaced counts."""
        if self._whole.is_set() or monotonic() - self._short_since < _REPLACING_S:
            return 1.0
        return len(self._lines) / self._size

    @property
    def is_late(self) -> bool:
        """Whether no process would decode a further stream in time."""
        return bool(self._lines) and all(line.is_late for line in self._lines)

    async def stream(self, config: StreamConfig) -> PooledStream:
        """Begin a stream on the process that has fewest; DecodingLostError where none has a place."""
        with suppress(TimeoutError):
            # From the loss on: who comes later need not wait for what does not come.
            async with asyncio.timeout(self._short_since + _REPLACING_S - monotonic()):
                await self._whole.wait()
        # Streams were admitted that are too many for those that are left.
        free = [line for line in self._lines if line.streams < self._places]
        if not free:
            raise DecodingLostError("a decoding process was lost and is being replaced; try again")
        line = min(free, key=lambda each: (each.is_late, each.streams))
        return PooledStream(line, next(self._numbers), config)

    async def fail(self) -> None:
        """Wait until a process cannot be replaced; raises DecodingLostError then."""
        done, _ = await asyncio.wait(self._keepers, return_when=asyncio.FIRST_COMPLETED)
        for keeper in done:
            await keeper

    async def aclose(self) -> None:
        """End all processes; results that are still awaited are lost."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for line in self._lines:
            await line.close()
        self._lines.clear()
        await self._nursery.close()

    async def _add(self) -> DecodingLine:
        pid, end = await self._nursery.fork()
        line = await DecodingLine.on(end, pid)
        self._lines.append(line)
        if len(self._lines) == self._size:
            self._whole.set()
        return line

    async def _keep(self, line: DecodingLine) -> None:
        """Replace one process as often as it ends, unless none stays."""
        failed = 0
        while True:
            begun = monotonic()
            await line.ended()
            failed = failed + 1 if monotonic() - begun < _SHORT_LIFE_S else 0
            self._lose(line)
            line = await self._replacement(failed)

    def _lose(self, line: DecodingLine) -> None:
        if self._whole.is_set():
            self._whole.clear()
            self._short_since = monotonic()
        self._lines.remove(line)
        self.gone += line.totals
        self.replaced += 1
        _LOG.error("decoding process ended; its streams are lost", pid=line.pid, streams=line.streams)

    async def _replacement(self, failed: int) -> DecodingLine:
        for number in range(failed, _TRIES):
            await asyncio.sleep(_PAUSE_S * (2**number - 1))
            try:
                return await self._add()
            except (OSError, ChangmaoError) as error:
                _LOG.warning("decoding process cannot be replaced yet", reason=str(error))
        raise DecodingLostError(
            f"a decoding process was lost and {_TRIES} tries to replace it failed; the lines above tell why. "
            "The speech server ends, to be started anew"
        )
