"""One leg of a recorded call, played to a speech server in real time, and how late its results came."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from time import monotonic

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from asr.bench.recorded_call import BLOCK_MS
from asr.protocol import EOF_TEXT, FULL, INVALID, read_answer
from asr.wav import RATE

_LAST_RESULT_S = 15.0
_CONFIG = json.dumps({"config": {"sample_rate": RATE, "words": True}})


@dataclass(frozen=True, slots=True)
class PlayedLeg:
    """What came of one leg."""

    audio_s: float = 0.0
    """What was played of it, s."""
    lags_ms: tuple[float, ...] = ()
    """Of each final result: when it came, less when the sound of its last word was over."""
    refused: bool = False
    lost: bool = False
    """The server ended the stream, or gave no last result, or answered with something else."""


async def play(url: str, blocks: Sequence[bytes]) -> PlayedLeg:
    """Send a block every 100 ms, as a call does, then the end; nothing is sent ahead or left out."""
    try:
        async with connect(url, compression=None, proxy=None, close_timeout=1) as connection:
            return await _played(connection, blocks)
    except (OSError, TimeoutError, InvalidHandshake):
        return PlayedLeg(lost=True)


async def _played(connection: ClientConnection, blocks: Sequence[bytes]) -> PlayedLeg:
    begun = monotonic()
    lags: list[float | None] = []
    reading = asyncio.create_task(_read(connection, begun, lags))
    sent = 0
    try:
        await connection.send(_CONFIG)
        async for block in _paced(blocks, begun):
            await connection.send(block)
            sent += 1
        await connection.send(EOF_TEXT)
        async with asyncio.timeout(_LAST_RESULT_S):
            await reading
    except (ConnectionClosed, TimeoutError):
        pass  # told by the close code
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    code = connection.close_code
    # The last answer is that to the end of the stream: it has not waited for the end of an utterance.
    late = tuple(lag for lag in lags[: -1 if code == 1000 else None] if lag is not None)
    return PlayedLeg(sent * BLOCK_MS / 1000, late, refused=code == FULL, lost=code not in {1000, FULL})


async def _paced(blocks: Sequence[bytes], begun: float) -> AsyncIterator[bytes]:
    for number, block in enumerate(blocks, start=1):
        # A block is there when its last sample has been spoken.
        await asyncio.sleep(max(0.0, begun + number * BLOCK_MS / 1000 - monotonic()))
        yield block


async def _read(connection: ClientConnection, begun: float, lags: list[float | None]) -> None:
    """Note how late each answer is; None for a partial result and for silence. Ends at what is no answer."""
    async for message in connection:
        try:
            answer = read_answer(message)
        except ValueError:
            await connection.close(INVALID)
            return
        timed = answer.final and answer.words
        lags.append((monotonic() - begun) * 1000 - answer.words[-1].end_ms if timed else None)
