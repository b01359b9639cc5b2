"""Recognition inside this process: one loaded model and a few threads that decode, for recordings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Self

from asr.decoder import Decoder
from asr.errors import StreamFullError
from asr.protocol import StreamConfig
from asr.speech_model import SpeechModel

_MOST_WAITING = 16
"""Blocks of one stream that may wait for their turn."""


class StreamDecoder:
    """One stream of PCM on its way to text; blocks are decoded in the order they were given.

    All results are JSON as vosk-server gives it.
    """

    def __init__(self, decoder: Decoder, pool: ThreadPoolExecutor) -> None:
        self._decoder = decoder
        self._pool = pool
        self._turn = asyncio.Lock()
        self._waiting = 0
        # A cancelled caller gives up its turn while its block is still being decoded.
        self._busy = Lock()

    async def feed(self, pcm: bytes) -> str:
        """Decode a block of PCM16 LE and return the partial result, or the final one of an utterance.

        StreamFullError where too many blocks wait already; nothing of this one was taken.
        """
        return await self._in_turn(lambda: self._decoder.feed(pcm))

    async def finish(self) -> str:
        """Return the final result of all that was fed; what is fed later begins a new utterance."""
        return await self._in_turn(self._decoder.finish)

    async def _in_turn(self, job: Callable[[], str]) -> str:
        if self._waiting >= _MOST_WAITING:
            raise StreamFullError(f"{self._waiting} blocks of this stream wait to be decoded; send slower")
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, job)
        finally:
            self._waiting -= 1

    def _run(self, job: Callable[[], str]) -> str:
        with self._busy:
            return job()


class Recogniser:
    """A model in memory and the threads that decode with it. Streams share both."""

    def __init__(self, model_path: Path, threads: int) -> None:
        self._model = SpeechModel(model_path)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="decode")

    def stream(self, config: StreamConfig) -> StreamDecoder:
        """Begin a stream."""
        return StreamDecoder(Decoder(self._model, config), self._pool)

    def close(self) -> None:
        """Let the blocks being decoded end, forget those that wait, and release the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
