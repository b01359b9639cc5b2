"""The server's end of one decoding process: asks, and hands answers to those who asked."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Self

from asr.decoding_wire import ANSWER, REQUEST, DecodingOrder
from asr.errors import DecodingLostError
from asr.pace import Pace

_LONGEST_S = 8.0
"""A process that answers nothing for longer never will: it is killed and replaced, well before a client that
has no other server gives this one up. The longest message takes about 2 s."""


@dataclass(frozen=True, slots=True)
class DecodingTotals:
    """What one process has done so far."""

    audio_s: float = 0.0
    """Audio it was given."""
    passed_s: float = 0.0
    """Of it, what passed the gate."""
    processor_s: float = 0.0
    retired: int = 0
    """Recognisers that were kept for further streams and heard their last."""

    def __add__(self, other: DecodingTotals) -> DecodingTotals:
        return DecodingTotals(
            self.audio_s + other.audio_s,
            self.passed_s + other.passed_s,
            self.processor_s + other.processor_s,
            self.retired + other.retired,
        )


@dataclass(frozen=True, slots=True)
class _Question:
    audio_s: float
    answer: asyncio.Future[str] | None = None

    def succeed(self, text: str) -> None:
        """Hand the answer over, if somebody still waits for it."""
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(text)

    def fail(self, why: str) -> None:
        """Tell who waits that the stream is lost."""
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(DecodingLostError(why))


class DecodingLine:
    """Requests go out in the order they are made; answers come back in it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pid: int) -> None:
        self.pid = pid
        self.totals = DecodingTotals()
        self._writer = writer
        self._questions: deque[_Question] = deque()
        self._paces: set[Pace] = set()
        self._alarm: asyncio.TimerHandle | None = None
        self._lost = "the decoding process of this stream has ended"
        self._reading = asyncio.create_task(self._read(reader))

    @classmethod
    async def on(cls, end: socket.socket, pid: int) -> Self:
        """Take over a connected socket and the process at its other end."""
        reader, writer = await asyncio.open_unix_connection(sock=end)
        return cls(reader, writer, pid)

    @property
    def streams(self) -> int:
        """How many it has."""
        return len(self._paces)

    @property
    def behind_s(self) -> float:
        """Sound that its streams wait for the text of, s."""
        now = monotonic()
        return sum(pace.behind_s(now) for pace in self._paces)

    @property
    def is_late(self) -> bool:
        """Whether most of its streams are decoded too late; one alone may have a client of its own kind."""
        now = monotonic()
        return 2 * sum(pace.is_late(now) for pace in self._paces) > len(self._paces)

    def join(self, pace: Pace) -> None:
        """Take a stream on, whose pace this is."""
        self._paces.add(pace)

    def leave(self, pace: Pace) -> None:
        """Let a stream go."""
        self._paces.discard(pace)

    def tell(self, stream: int, order: DecodingOrder, content: bytes = b"") -> None:
        """Make a request whose answer nobody needs."""
        self._put(_Question(0.0), stream, order, content)

    async def ask(self, stream: int, order: DecodingOrder, content: bytes, audio_s: float) -> str:
        """Make a request and return its answer; DecodingLostError where there will be none."""
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._put(_Question(audio_s, answer=answer), stream, order, content)
        return await answer

    async def ended(self) -> None:
        """Wait until the process has gone."""
        await asyncio.wait([self._reading])

    async def close(self) -> None:
        """End the line, and the process with it; unanswered requests are lost."""
        self._reading.cancel()
        await asyncio.wait([self._reading])
        # A process that hangs never reads what is still to be written.
        self._writer.transport.abort()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    def _put(self, question: _Question, stream: int, order: DecodingOrder, content: bytes) -> None:
        if self._reading.done():
            if question.answer is not None:
                raise DecodingLostError(self._lost)
            return
        self._questions.append(question)
        if self._alarm is None:
            self._wind_up()
        self._writer.write(REQUEST.pack(stream, order, len(content)) + content)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                head = await reader.readexactly(ANSWER.size)
                processor_s, passed_s, retired, lost, size = ANSWER.unpack(head)
                text = (await reader.readexactly(size)).decode()
                question = self._questions.popleft()
                self._wind_up()
                self.totals += DecodingTotals(question.audio_s, passed_s, processor_s, retired)
                if lost:
                    question.fail(text)
                else:
                    question.succeed(text)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the process has ended
        finally:
            self._lose()

    def _wind_up(self) -> None:
        """Give the process its time for the next answer; with many streams the last one may wait longer."""
        if self._alarm is not None:
            self._alarm.cancel()
        loop = asyncio.get_running_loop()
        self._alarm = loop.call_later(_LONGEST_S, self._kill) if self._questions else None

    def _kill(self) -> None:
        self._lost = f"no result within {_LONGEST_S:g} s; the process is replaced"
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def _lose(self) -> None:
        self._writer.close()
        if self._alarm is not None:
            self._alarm.cancel()
        while self._questions:
            self._questions.popleft().fail(self._lost)
