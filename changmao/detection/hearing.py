"""Recorded sound over a telephone line, recognised block by block as live calls are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from itertools import zip_longest

from asr.protocol import StreamConfig, read_answer
from asr.recogniser import Recogniser, StreamDecoder
from asr.result_times import ResultTimes
from asr.telephone_line import through_alaw
from asr.wav import RATE
from contracts.evidence import Speaker
from contracts.speech import Heard

BLOCK_MS = 100
"""As live audio comes."""
_BLOCK_BYTES = 2 * RATE * BLOCK_MS // 1000
_SILENCE = through_alaw(bytes(_BLOCK_BYTES))


def hear(sides: Mapping[Speaker, bytes], recogniser: Recogniser) -> Iterator[tuple[Speaker, Heard, int]]:
    """Yield who was heard, what, and when the result came (ms of call time).

    `sides` are PCM16 LE at 8000 Hz that begin at the same moment; nothing is decoded that nobody takes.
    """
    ears = {speaker: _Ear(recogniser) for speaker in sides}
    at_ms = 0
    with asyncio.Runner() as runner:
        for blocks in zip_longest(*map(_blocks, sides.values()), fillvalue=_SILENCE):
            at_ms += BLOCK_MS
            hearing = (ear.hear(block) for ear, block in zip(ears.values(), blocks, strict=True))
            yield from _named(ears, runner.run(_together(hearing)), at_ms)
        last = (ear.hear_last() for ear in ears.values())
        yield from _named(ears, runner.run(_together(last)), at_ms)


class _Ear:
    """One side of a call: its recogniser, and the times of what was heard."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._decoder: StreamDecoder = recogniser.stream(StreamConfig())
        self._times = ResultTimes()
        self._fed_ms = 0

    async def hear(self, block: bytes) -> Heard | None:
        answer = await self._decoder.feed(block)
        self._fed_ms += BLOCK_MS
        return self._times.heard(read_answer(answer), self._fed_ms)

    async def hear_last(self) -> Heard | None:
        return self._times.heard(read_answer(await self._decoder.finish()), self._fed_ms)


async def _together(hearing: Iterable[Awaitable[Heard | None]]) -> list[Heard | None]:
    return await asyncio.gather(*hearing)


def _named(
    speakers: Iterable[Speaker], heard: Iterable[Heard | None], at_ms: int
) -> Iterator[tuple[Speaker, Heard, int]]:
    for speaker, result in zip(speakers, heard, strict=True):
        if result is not None:
            yield speaker, result, at_ms


def _blocks(pcm: bytes) -> Iterator[bytes]:
    """Yield whole blocks; the last one is filled up with silence."""
    sound = through_alaw(pcm)
    for start in range(0, len(sound), _BLOCK_BYTES):
        block = sound[start : start + _BLOCK_BYTES]
        yield block + _SILENCE[len(block) :]
