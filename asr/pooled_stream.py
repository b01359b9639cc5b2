"""One stream on its way to text through a decoding process."""

from __future__ import annotations

from time import monotonic

from asr.decoding_line import DecodingLine
from asr.decoding_wire import DecodingOrder
from asr.pace import Pace
from asr.protocol import StreamConfig


class PooledStream:
    """Blocks are decoded in the order they are given. Results are JSON as vosk-server gives it."""

    def __init__(self, line: DecodingLine, number: int, config: StreamConfig) -> None:
        self._line = line
        self._number = number
        self._rate = config.sample_rate
        self._opening: bytes | None = config.model_dump_json().encode()
        self._pace = Pace()
        self.waited_s = 0.0
        """How long the last block waited for its result: what decoding was behind, and its own decoding."""
        line.join(self._pace)

    async def feed(self, pcm: bytes) -> str:
        """Decode PCM16 LE; return the partial result, or the final one of an utterance.

        DecodingLostError where the stream cannot be decoded on: it is over then.
        """
        begun, audio_s = monotonic(), len(pcm) / (2 * self._rate)
        behind_s = self._pace.behind_s(begun)
        self._pace.asks(begun, audio_s)
        try:
            return await self._ask(DecodingOrder.FEED, pcm, audio_s)
        finally:
            now = monotonic()
            self._pace.gets(now)
            self.waited_s = behind_s + now - begun

    async def finish(self) -> str:
        """Return the final result of all that was fed; what is fed later begins a new utterance."""
        return await self._ask(DecodingOrder.FINISH, b"", 0.0)

    def close(self) -> None:
        """Give the stream's place up."""
        self._line.leave(self._pace)
        if self._opening is None:
            self._line.tell(self._number, DecodingOrder.CLOSE)

    async def _ask(self, order: DecodingOrder, content: bytes, audio_s: float) -> str:
        if self._opening is not None:
            self._line.tell(self._number, DecodingOrder.OPEN, self._opening)
            self._opening = None
        return await self._line.ask(self._number, order, content, audio_s)
