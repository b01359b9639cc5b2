"""One trial: so many streams for so many seconds on one server, and what they show."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from time import monotonic

from asr.bench.played_leg import PlayedLeg, play
from asr.bench.recorded_call import BLOCK_MS, DealtCalls, RecordedCall
from asr.bench.server_process import Serve, measured_server

MOST_LAG_MS = 1500.0
"""Within which 95 of 100 final results must have come, endpoint silence included."""
_APART_S = 0.13
"""Calls begin one after another, and not in step with their blocks."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How late final results came after their last word's end, ms; None where there was none."""

    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What one trial showed."""

    streams: int
    seconds: int
    rtf_per_core: float
    """Processor seconds of the whole server per second of audio."""
    final_lag_ms: Lag
    refused: int
    lost: int
    memory_mb: float
    """Of all processes of the server at the end, shared pages counted once."""
    streams_per_core: float | None
    """Streams on each processor where they were held: none refused or lost, lag p95 within 1500 ms."""
    ratio_to_plain: float | None = None
    """To the streams per core of a plain server, where one was measured in the same run."""

    def as_json(self) -> dict[str, object]:
        """Return it as it is printed."""
        return asdict(self)


def run_trial(
    serve: Serve, model: Path, calls: Sequence[RecordedCall], streams: int, seconds: int, processors: int
) -> Trial:
    """Start a server, play to it, end it; two streams are both legs of one call."""
    with measured_server(serve, model, processors) as server:
        before_s = server.processor_s()
        legs = asyncio.run(_play_all(server.url, DealtCalls(calls), streams, seconds))
        spent_s, memory_mb = server.processor_s() - before_s, server.memory_mb()
    lag = _lag_of(legs)
    refused, lost = sum(leg.refused for leg in legs), sum(leg.lost for leg in legs)
    held = not refused and not lost and lag.p95 is not None and lag.p95 <= MOST_LAG_MS
    return Trial(
        streams=streams,
        seconds=seconds,
        rtf_per_core=round(spent_s / max(BLOCK_MS / 1000, sum(leg.audio_s for leg in legs)), 4),
        final_lag_ms=lag,
        refused=refused,
        lost=lost,
        memory_mb=round(memory_mb, 1),
        streams_per_core=streams / processors if held else None,
    )


async def _play_all(url: str, calls: DealtCalls, streams: int, seconds: int) -> list[PlayedLeg]:
    until = monotonic() + seconds
    lines = [
        _play_line(url, calls, min(2, streams - first), first * _APART_S, until)
        for first in range(0, streams, 2)
    ]
    return list(chain.from_iterable(await asyncio.gather(*lines)))


async def _play_line(url: str, calls: DealtCalls, legs: int, after_s: float, until: float) -> list[PlayedLeg]:
    """Play one call after another, each on streams of its own, until the time is over."""
    await asyncio.sleep(after_s)
    played: list[PlayedLeg] = []
    while (blocks := int((until - monotonic()) * 1000 / BLOCK_MS)) > 0:
        call = calls.deal()
        sides = (call.caller, call.resident)[:legs]
        played += await asyncio.gather(*(play(url, side[:blocks]) for side in sides))
        if any(leg.refused or leg.lost for leg in played):
            break
    return played


def _lag_of(legs: Sequence[PlayedLeg]) -> Lag:
    lags = sorted(lag for leg in legs for lag in leg.lags_ms)
    return Lag(
        *(round(lags[int(share * (len(lags) - 1))], 1) if lags else None for share in (0.5, 0.95, 0.99))
    )
