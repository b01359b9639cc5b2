"""The processes that decode for the speech server: streams shared out, a lost process replaced."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import structlog

from asr.decoding_line import DecodingLine, DecodingTotals
from asr.decoding_wire import DecodingOrder
from asr.errors import DecodingLostError
from asr.models import check_model
from asr.nursery_keeper import NurseryKeeper
from asr.protocol import StreamConfig
from contracts.errors import ChangmaoError

_LOG = structlog.get_logger(__name__)
_TRIES = 5
"""To replace a process, before the pool goes on with fewer."""
_PAUSE_S = 0.2


class PooledStream:
    """One stream on one process; blocks are decoded in the order they are given."""

    def __init__(self, line: DecodingLine, number: int, config: StreamConfig) -> None:
        self._line = line
        self._number = number
        self._rate = config.sample_rate
        self._opening: bytes | None = config.model_dump_json().encode()

    async def feed(self, pcm: bytes) -> str:
        """Decode PCM16 LE; return the partial result, or the final one of an utterance, as JSON.

        DecodingLostError where the process has ended; the stream has then, too.
        """
        return await self._ask(DecodingOrder.FEED, pcm, len(pcm) / (2 * self._rate))

    async def finish(self) -> str:
        """Return the final result of all that was fed; what is fed later begins a new utterance."""
        return await self._ask(DecodingOrder.FINISH, b"", 0.0)

    def close(self) -> None:
        """Give the stream's place up."""
        self._line.streams -= 1
        if self._opening is None:
            self._line.tell(self._number, DecodingOrder.CLOSE)

    async def _ask(self, order: DecodingOrder, content: bytes, audio_s: float) -> str:
        if self._opening is not None:
            self._line.tell(self._number, DecodingOrder.OPEN, self._opening)
            self._opening = None
        return await self._line.ask(self._number, order, content, audio_s)


class DecodingPool:
    """Any number of processes on one loaded model; a stream goes to the one that has fewest."""

    def __init__(self, keeper: NurseryKeeper, size: int) -> None:
        self._keeper = keeper
        self._size = size
        self._numbers = itertools.count(1)
        self._lines: list[DecodingLine] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.gone = DecodingTotals()
        """What processes did that have ended."""
        self.replaced = 0
        """Processes that ended before their time."""

    @classmethod
    async def started(cls, model_path: Path, size: int) -> DecodingPool:
        """Load the model and start the processes; ModelMissingError or ModelDamagedError where that fails."""
        await asyncio.to_thread(check_model, model_path)
        pool = cls(NurseryKeeper(model_path), size)
        try:
            for _ in range(size):
                await pool._add()
        except BaseException:
            await pool.aclose()
            raise
        return pool

    @property
    def lines(self) -> tuple[DecodingLine, ...]:
        """The processes that live."""
        return tuple(self._lines)

    def stream(self, config: StreamConfig) -> PooledStream:
        """Begin a stream on the process that has fewest; DecodingLostError where none lives just now."""
        if not self._lines:
            raise DecodingLostError("no decoding process is running; one is being started, try again")
        line = min(self._lines, key=lambda each: each.streams)
        line.streams += 1
        return PooledStream(line, next(self._numbers), config)

    async def aclose(self) -> None:
        """End all processes; results that are still awaited are lost."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for line in self._lines:
            await line.close()
        self._lines.clear()
        await self._keeper.close()

    async def _add(self) -> None:
        pid, end = await self._keeper.fork()
        line = await DecodingLine.on(end, pid)
        self._lines.append(line)
        task = asyncio.create_task(self._watch(line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self, line: DecodingLine) -> None:
        await line.ended()
        self._lines.remove(line)
        self.gone += line.totals
        self.replaced += 1
        _LOG.error("decoding process ended; its streams are lost", pid=line.pid, streams=line.streams)
        for _ in range(_TRIES):
            try:
                await self._add()
            except (OSError, ChangmaoError) as error:
                _LOG.warning("decoding process cannot be replaced yet", reason=str(error))
                await asyncio.sleep(_PAUSE_S)
            else:
                return
        _LOG.error("decoding process not replaced; restart the speech server", left=len(self._lines))
