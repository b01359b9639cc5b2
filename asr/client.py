"""A stream of speech sent to a vosk-server and of what it heard; knows no recogniser itself."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from asr.errors import AsrLostError, AsrRefusedError, AsrRestartedError
from asr.protocol import EOF_TEXT, FULL, RESTARTED, Answer, read_answer
from asr.result_times import ResultTimes
from contracts.errors import BadInputError
from contracts.speech import Heard

_BLOCK_MS = 100
"""Vosk looks for the end of an utterance once a block: longer blocks would run utterances together."""
_LONGEST_ANSWER = 1 << 16
"""Bytes; minutes of talk with the times of their words are less. A longer one is closed with 1009."""
_SLACK_MS = 1000.0
"""By so much a word may end after the audio that was sent; decoders are not exact, but not of tomorrow."""
_PING_S = 5.0
_PONG_S = 10.0
"""A server short of processor answers late; one that is gone is noticed sooner, by its closed socket."""
_CLOSE_S = 1.0
_MOMENT_S = 0.05
"""For an answer that is there already, where our own process was late to look."""


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How long a stream waits for its server before it takes it for lost."""

    open_within: timedelta = timedelta(seconds=3)
    """Connection, handshake and configuration together."""
    backlog: timedelta = timedelta(seconds=2)
    """Of audio: `send` waits while so much is not decoded yet."""
    patience: timedelta = timedelta(seconds=15)
    """How long the next answer may take, and the last one; looked at when something is sent.

    More than our server bears with a decoding process that hangs: closed with 1012 is sooner heard again.
    """


class RecognitionStream:
    """One stream: send PCM, iterate over what was heard, finish.

    Sending and iterating may happen in two tasks. Partial results that nobody took are replaced by newer
    ones; final results wait. A block that is never sent shifts all later times: a caller that drops audio
    sends silence in its place.
    """

    def __init__(self, connection: ClientConnection, sample_rate: int, limits: StreamLimits) -> None:
        self._connection = connection
        self._rate = sample_rate
        self._limits = limits
        self._unanswered: deque[float] = deque()
        self._silent_since = 0.0  # an answer came, or the first block that has none was sent
        self._unsent_ms = 0.0
        self._decoded_ms = 0.0
        self._times = ResultTimes()
        self._heard: deque[Heard] = deque()
        self._finishing = False
        self._failure: AsrLostError | AsrRefusedError | None = None
        self._news = asyncio.Event()
        self._reader = asyncio.create_task(self._read())
        self._reader.add_done_callback(lambda _: self._news.set())

    @classmethod
    async def connect(
        cls,
        url: str,
        sample_rate: int = 8000,
        *,
        partial_words: bool = False,
        limits: StreamLimits | None = None,
    ) -> Self:
        """Open a stream of PCM16 LE at 8000 or 16000 Hz on ws://host:port.

        With `partial_words` partial results have words with times, but Vosk then gives them later and
        more seldom: the first after 3.1 s of a call instead of 1.4 s, the next ones every 0.7 to 2 s instead
        of every 0.2 to 0.5 s (measured).
        Raises AsrRefusedError where the server is full, AsrLostError where it cannot be reached.
        """
        config = {"sample_rate": sample_rate, "words": True, "partial_words": partial_words}
        limits = limits or StreamLimits()
        seconds = limits.open_within.total_seconds()
        with ExitStack() as undo:
            try:
                async with asyncio.timeout(seconds):
                    connection = await _connected(url)
                    undo.callback(connection.transport.abort)
                    await _configure(connection, json.dumps({"config": config}))
            except (OSError, InvalidHandshake, InvalidURI) as error:
                why = str(error) or f"it does not answer within {seconds:.1f} s"
                raise AsrLostError(f"the speech server at {url} cannot be reached: {why}") from error
            undo.pop_all()
        return cls(connection, sample_rate, limits)

    @property
    def behind_ms(self) -> float:
        """Audio given to `send` and not decoded yet, ms."""
        return self._sent_ms + self._unsent_ms

    @property
    def _sent_ms(self) -> float:
        return sum(self._unanswered)

    @property
    def decoded_ms(self) -> float:
        """Audio that the server has answered, be it with an empty result, ms."""
        return self._decoded_ms

    async def answered(self) -> bool:
        """Wait for the first answer; False where the stream ends without one."""
        while not self._decoded_ms and not self._reader.done():
            await self._change()
        return self._decoded_ms > 0

    async def send(self, pcm: bytes) -> None:
        """Send audio; waits while the server is too far behind.

        Raises BadInputError for an odd number of bytes, AsrLostError or AsrRefusedError where the stream
        has ended.
        """
        if len(pcm) % 2:
            raise BadInputError(f"{len(pcm)} bytes are no 16-bit PCM; send an even number")
        size = self._rate * 2 * _BLOCK_MS // 1000
        for start in range(0, len(pcm), size):
            self._unsent_ms = self._length_ms(len(pcm) - start)
            await self._send_block(pcm[start : start + size])

    def set_limits(self, limits: StreamLimits) -> None:
        """Bear with the server for so long from now on, be it in the middle of a wait for its answer."""
        if limits != self._limits:
            self._limits = limits
            self._news.set()

    def _length_ms(self, size: int) -> float:
        return 1000 * size / (2 * self._rate)

    async def finish(self) -> None:
        """Ask for the last result and wait until it has come; iteration ends after it.

        Raises AsrLostError where it does not come.
        """
        if not self._finishing:
            self._finishing = True
            self._expect(0)
            await self._put(EOF_TEXT)
        await self._bear_until(self._reader.done)

    async def close(self) -> None:
        """Give the stream up, bounded in time; what was not heard yet is lost."""
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._connection.close()
        except TimeoutError:
            # The library waits without a bound for a server to read the close frame.
            self._connection.transport.abort()
        await self._until_ended()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Heard:
        while not self._heard:
            if self._reader.done():
                self._check()
                raise StopAsyncIteration
            await self._change()
        return self._heard.popleft()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _send_block(self, block: bytes) -> None:
        await self._bear_until(self._is_near)
        self._unsent_ms -= self._length_ms(len(block))
        self._expect(self._length_ms(len(block)))
        await self._put(block)

    def _is_near(self) -> bool:
        return self._sent_ms < self._limits.backlog / timedelta(milliseconds=1)

    def _expect(self, length_ms: float) -> None:
        """One more answer is due, to so much audio."""
        if not self._unanswered:
            self._silent_since = _now()
        self._unanswered.append(length_ms)

    @property
    def _left_s(self) -> float:
        """How much longer the server may be silent."""
        silent_s = _now() - self._silent_since if self._unanswered else 0.0
        return self._limits.patience.total_seconds() - silent_s

    async def _bear_until(self, enough: Callable[[], bool]) -> None:
        """Wait for so much of the server or its end; give it up where it is silent too long."""
        while not self._reader.done():
            left_s = self._left_s
            if left_s > 0 and enough():
                break
            try:
                await asyncio.wait_for(self._change(), max(left_s, _MOMENT_S))
            except TimeoutError:
                await self._give_up_silent()
        self._check()

    async def _put(self, message: bytes | str) -> None:
        try:
            # A server that does not even read fills the socket, and sending waits.
            async with asyncio.timeout(self._limits.patience.total_seconds()):
                await self._connection.send(message)
        except TimeoutError:
            await self._give_up_silent()
            self._check()
        except ConnectionClosed:
            await self._until_ended()
            self._check()
            raise AsrLostError("the speech stream has ended; open another") from None

    async def _give_up_silent(self) -> None:
        self._give_up(f"the speech server took {self._sent_ms:.0f} ms of audio and is silent")
        await self._until_ended()

    async def _read(self) -> None:
        try:
            async for message in self._connection:
                self._take(read_answer(message))
                self._news.set()
        except ConnectionClosed:
            pass  # judged below, as a close without an error is
        except (ValueError, OverflowError, RecursionError) as error:
            self._give_up(f"the speech server gave an answer that is not vosk-server's: {error}")
        if self._failure is None and not (self._finishing and self._connection.close_code == 1000):
            self._failure = _failure_of(self._connection)

    def _take(self, answer: Answer) -> None:
        if not self._unanswered:
            raise ValueError("it answers what nobody sent")
        self._decoded_ms += self._unanswered.popleft()
        self._silent_since = _now()
        sent_ms = self._decoded_ms + self._sent_ms
        if any(not 0 <= word.start_ms <= word.end_ms <= sent_ms + _SLACK_MS for word in answer.words):
            raise ValueError("a word lies outside the audio")
        heard = self._times.heard(answer, self._decoded_ms)
        if heard is None:
            return
        if self._heard and not self._heard[-1].final:
            self._heard.pop()
        self._heard.append(heard)

    def _give_up(self, why: str) -> None:
        """End the stream without a word to its server, which may not be listening."""
        self._failure = AsrLostError(why)
        self._connection.transport.abort()

    async def _change(self) -> None:
        """Wait until the reader took something or ended."""
        self._news.clear()
        await self._news.wait()

    async def _until_ended(self) -> None:
        await asyncio.wait([self._reader])

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure


async def transcribe(url: str, pcm: bytes, sample_rate: int = 8000) -> list[Heard]:
    """Return the final results of a whole recording (PCM16 LE); the errors are those of a stream."""
    async with await RecognitionStream.connect(url, sample_rate) as stream:
        await stream.send(pcm)
        await stream.finish()
        return [heard async for heard in stream if heard.final]


async def _connected(url: str) -> ClientConnection:
    return await connect(
        url,
        compression=None,  # PCM does not shrink
        proxy=None,  # a live call's audio goes straight or not at all
        max_size=_LONGEST_ANSWER,
        open_timeout=None,  # the caller's clock runs
        ping_interval=_PING_S,
        ping_timeout=_PONG_S,
        close_timeout=_CLOSE_S,
    )


async def _configure(connection: ClientConnection, config: str) -> None:
    try:
        await connection.send(config)
        # A full server closes instead of answering the ping.
        await (await connection.ping())
    except ConnectionClosed as error:
        raise _failure_of(connection) from error


def _failure_of(connection: ClientConnection) -> AsrLostError | AsrRefusedError:
    if connection.close_code == FULL:
        return AsrRefusedError(
            f"the speech server refused the stream: {connection.close_reason or 'it is full'}"
        )
    kind = AsrRestartedError if connection.close_code == RESTARTED else AsrLostError
    return kind(f"the speech stream ended before its last result: {connection.protocol.close_exc}")


def _now() -> float:
    return asyncio.get_running_loop().time()
