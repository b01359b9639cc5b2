"""Vosk: one loaded model, a few threads that decode, one recogniser a stream."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, Self

import vosk

from asr.errors import ModelDamagedError, StreamFullError
from asr.models import check_model
from asr.protocol import StreamConfig

_MOST_WAITING = 16
"""Blocks of one stream that may wait for their turn."""


class StreamDecoder:
    """One stream of PCM on its way to text; blocks are decoded in the order they were given.

    All results are JSON as Vosk writes it.
    """

    def __init__(self, model: Any, pool: ThreadPoolExecutor, config: StreamConfig) -> None:  # noqa: ANN401 (vosk has no types)
        self._model = model
        self._pool = pool
        self._config = config
        self._kaldi: Any = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        # A cancelled caller gives up its turn while its block is still being decoded.
        self._busy = Lock()

    async def feed(self, pcm: bytes) -> str:
        """Decode a block of PCM16 LE and return the partial result, or the final one of an utterance.

        StreamFullError where too many blocks wait already; nothing of this one was taken.
        """
        return await self._in_turn(lambda kaldi: _accepted(kaldi, pcm))

    async def finish(self) -> str:
        """Return the final result of all that was fed; what is fed later begins a new utterance."""
        return await self._in_turn(lambda kaldi: str(kaldi.FinalResult()))

    async def _in_turn(self, job: Callable[[Any], str]) -> str:
        if self._waiting >= _MOST_WAITING:
            raise StreamFullError(f"{self._waiting} blocks of this stream wait to be decoded; send slower")
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, job)
        finally:
            self._waiting -= 1

    def _run(self, job: Callable[[Any], str]) -> str:
        with self._busy:
            if self._kaldi is None:
                self._kaldi = vosk.KaldiRecognizer(self._model, self._config.sample_rate)
                self._kaldi.SetWords(self._config.words)
                self._kaldi.SetPartialWords(self._config.partial_words)
            return job(self._kaldi)


class Recogniser:
    """A model in memory and the threads that decode with it. Streams share both."""

    def __init__(self, model_path: Path, threads: int) -> None:
        self._model = _loaded(model_path)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="decode")

    def stream(self, config: StreamConfig) -> StreamDecoder:
        """Begin a stream."""
        return StreamDecoder(self._model, self._pool, config)

    def close(self) -> None:
        """Let the blocks being decoded end, forget those that wait, and release the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _loaded(model_path: Path) -> Any:  # noqa: ANN401 (vosk has no types)
    check_model(model_path)
    # Kaldi writes its log past Python's, and words into it: silence it.
    vosk.SetLogLevel(-1)
    try:
        return vosk.Model(str(model_path))
    except Exception as error:  # vosk raises nothing more specific
        raise ModelDamagedError(
            f"Vosk cannot load the speech model {model_path}: {error}; "
            "delete the folder and run `changmao models fetch`"
        ) from error


def _accepted(kaldi: Any, pcm: bytes) -> str:  # noqa: ANN401 (vosk has no types)
    return str(kaldi.Result() if kaldi.AcceptWaveform(pcm) else kaldi.PartialResult())
