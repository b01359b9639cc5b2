"""The server's end of one decoding process: asks, and hands answers to those who asked."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from asr.decoding_wire import ANSWER, REQUEST, DecodingOrder
from asr.errors import DecodingLostError

_LONGEST_S = 15.0
"""A block that takes longer is never going to be answered: the process is killed and replaced."""


@dataclass(frozen=True, slots=True)
class DecodingTotals:
    """What one process has done so far."""

    audio_s: float = 0.0
    """Audio it was given."""
    passed_s: float = 0.0
    """Of it, what passed the gate."""
    processor_s: float = 0.0
    retired: int = 0
    """Recognisers that heard their last stream."""

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


class DecodingLine:
    """Requests go out in the order they are made; answers come back in it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pid: int) -> None:
        self.pid = pid
        self.streams = 0
        self.totals = DecodingTotals()
        self._writer = writer
        self._questions: deque[_Question] = deque()
        self._reading = asyncio.create_task(self._read(reader))

    @classmethod
    async def on(cls, end: socket.socket, pid: int) -> Self:
        """Take over a connected socket and the process at its other end."""
        reader, writer = await asyncio.open_unix_connection(sock=end)
        return cls(reader, writer, pid)

    @property
    def waiting_s(self) -> float:
        """Audio that waits for its result, s."""
        return sum(question.audio_s for question in self._questions)

    def tell(self, stream: int, order: DecodingOrder, content: bytes = b"") -> None:
        """Make a request whose answer nobody needs."""
        self._put(_Question(0.0), stream, order, content)

    async def ask(self, stream: int, order: DecodingOrder, content: bytes, audio_s: float) -> str:
        """Make a request and return its answer; DecodingLostError where the process ends instead."""
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._put(_Question(audio_s, answer=answer), stream, order, content)
        try:
            async with asyncio.timeout(_LONGEST_S):
                return await answer
        except TimeoutError as error:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            raise DecodingLostError(
                f"no result within {_LONGEST_S:.0f} s; the process is replaced"
            ) from error

    async def ended(self) -> None:
        """Wait until the process has gone."""
        await asyncio.wait([self._reading])

    async def close(self) -> None:
        """End the line, and the process with it; unanswered requests are lost."""
        self._reading.cancel()
        await asyncio.wait([self._reading])
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    def _put(self, question: _Question, stream: int, order: DecodingOrder, content: bytes) -> None:
        if self._reading.done():
            if question.answer is not None:
                raise DecodingLostError("the decoding process of this stream has ended")
            return
        self._questions.append(question)
        self._writer.write(REQUEST.pack(stream, order, len(content)) + content)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                processor_s, passed_s, retired, size = ANSWER.unpack(await reader.readexactly(ANSWER.size))
                text = (await reader.readexactly(size)).decode()
                question = self._questions.popleft()
                self.totals += DecodingTotals(question.audio_s, passed_s, processor_s, retired)
                if question.answer is not None and not question.answer.done():
                    question.answer.set_result(text)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the process has ended
        finally:
            self._lose()

    def _lose(self) -> None:
        self._writer.close()
        while self._questions:
            answer = self._questions.popleft().answer
            if answer is not None and not answer.done():
                answer.set_exception(DecodingLostError("the decoding process of this stream has ended"))
