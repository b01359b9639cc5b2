"""One trial: a load played to one server, and what it shows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path

from asr.bench.load import Load
from asr.bench.played_leg import PlayedLeg
from asr.bench.recorded_call import BLOCK_MS
from asr.bench.server_process import MeasuredServer, Serve, measured_server

MOST_LAG_MS = 1500.0
"""Within which 95 of 100 final results must have come, endpoint silence included."""
LEAST_FINALS = 5
"""Fewer results show nothing."""
_GLANCES = 10

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lag:
    """How late final results came after their last word's end, ms; None where there was none."""

    p50: float | None
    p95: float | None
    p99: float | None

    @classmethod
    def of(cls, lags_ms: Sequence[float]) -> Lag:
        """Return the percentiles, each a lag that was measured: with fewer than 20, p95 is the longest."""
        ranked = sorted(lags_ms)
        return cls(
            *(
                round(ranked[ceil(share * len(ranked)) - 1], 1) if ranked else None
                for share in (0.5, 0.95, 0.99)
            )
        )


@dataclass(frozen=True, slots=True)
class MemoryCourse:
    """Memory of all processes of the server while it was played to, shared pages counted once, MB."""

    start: float
    """After a twentieth of the time."""
    middle: float
    end: float
    """A twentieth of the time before its end."""
    most: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What one trial showed; what cannot be seen of a server that runs elsewhere is None."""

    streams: int
    seconds: int
    rtf_per_core: float | None
    """Processor seconds of the whole server per second of audio."""
    final_lag_ms: Lag
    finals: int
    """Final results with words."""
    refused: int
    lost: int
    memory: MemoryCourse | None
    streams_per_core: float | None
    """Streams on each processor where they were held: none refused or lost, lag p95 within 1500 ms, and
    results enough to tell."""
    ratio_to_plain: float | None = None
    """To the streams per core of a plain server, where one was measured in the same run."""

    def as_json(self) -> dict[str, object]:
        """Return it as it is printed."""
        told = asdict(self)
        course = told.pop("memory")
        return {**told, "memory_mb": course and course.pop("most"), "memory_course_mb": course}


def run_trial(serve: Serve, model: Path, load: Load, processors: int, tell: Tell | None = None) -> Trial:
    """Start a server, play to it, end it. Raises AsrLostError and BadInputError."""
    with measured_server(serve, model, processors) as server:
        before_s = server.processor_s()
        legs, memory = asyncio.run(_watched(server, load, tell))
        spent_s = server.processor_s() - before_s
    audio_s = max(BLOCK_MS / 1000, sum(leg.audio_s for leg in legs))
    return _trial(load, legs, processors, round(spent_s / audio_s, 4), memory)


def try_url(url: str, load: Load, processors: int) -> Trial:
    """Play to a server that runs already, on so many processors."""
    legs: list[PlayedLeg] = []
    asyncio.run(load.play(url, legs))
    return _trial(load, legs, processors, None, None)


async def _watched(
    server: MeasuredServer, load: Load, tell: Tell | None
) -> tuple[list[PlayedLeg], MemoryCourse]:
    legs: list[PlayedLeg] = []
    playing = asyncio.create_task(load.play(server.url, legs))
    seen: list[float] = []
    for number in range(_GLANCES):
        await asyncio.wait([playing], timeout=load.seconds / _GLANCES / (1 if number else 2))
        seen.append(round(await asyncio.to_thread(server.memory_mb), 1))
        if tell is not None:
            lost = sum(leg.lost for leg in legs)
            tell(f"{(number + 0.5) * load.seconds / _GLANCES:.0f} s: {seen[-1]} MB, {lost} streams lost")
    await playing
    return legs, MemoryCourse(seen[0], seen[_GLANCES // 2], seen[-1], max(seen))


def _trial(
    load: Load,
    legs: Sequence[PlayedLeg],
    processors: int,
    rtf_per_core: float | None,
    memory: MemoryCourse | None,
) -> Trial:
    lags = [lag for leg in legs for lag in leg.lags_ms]
    lag = Lag.of(lags)
    refused, lost = sum(leg.refused for leg in legs), sum(leg.lost for leg in legs)
    in_time = len(lags) >= LEAST_FINALS and lag.p95 is not None and lag.p95 <= MOST_LAG_MS
    return Trial(
        streams=load.streams,
        seconds=load.seconds,
        rtf_per_core=rtf_per_core,
        final_lag_ms=lag,
        finals=len(lags),
        refused=refused,
        lost=lost,
        memory=memory,
        streams_per_core=load.streams / processors if in_time and not refused and not lost else None,
    )
