"""What the speech server counts, in Prometheus's text format."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from asr.decoding_line import DecodingTotals
from asr.decoding_pool import DecodingPool

_ENDED = (1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012)
"""Close codes that are counted from the start; 1011: no answer to a ping."""
_RESULT_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Refusal(StrEnum):
    """Why a stream is refused."""

    DEAD = "dead"
    """No decoding process lives."""
    FULL = "full"
    LATE = "late"
    """Decoding is behind."""


class AsrMetrics:
    """The counters of one server; a registry of its own keeps two in one test apart."""

    def __init__(self, pool: DecodingPool, streams: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self._pool = pool
        self._told = _PoolCollector(pool)
        self._registry.register(self._told)
        Gauge("changmao_asr_streams", "Streams that are open", registry=self._registry).set_function(streams)
        self.refused = Counter(
            "changmao_asr_refused",
            "Streams refused with 1013, by reason",
            ["reason"],
            registry=self._registry,
        )
        self.ended = Counter(
            "changmao_asr_ended",
            "Streams ended by the server, by close code",
            ["code"],
            registry=self._registry,
        )
        # What rises from nothing to 1 is no rise that a monitor sees.
        for reason in Refusal:
            self.refused.labels(reason)
        for code in _ENDED:
            self.ended.labels(str(code))
        self.result_s = Histogram(
            "changmao_asr_result_seconds",
            "From the last block of an utterance to its final result, waiting included, s",
            buckets=_RESULT_S,
            registry=self._registry,
        )

    async def text(self) -> bytes:
        """Return all of it."""
        # Reading memory takes milliseconds a process; the figures change only on the event loop.
        pids = self._pool.pids
        self._told.memory = await asyncio.to_thread(lambda: sum(memory_of(pid) for pid in pids))
        return generate_latest(self._registry)


class _PoolCollector(Collector):
    def __init__(self, pool: DecodingPool) -> None:
        self._pool = pool
        self.memory = 0
        """Bytes, as last read."""

    def collect(self) -> Iterable[Metric]:
        """Return totals over all processes, and what each has now."""
        lines = self._pool.lines
        totals = DecodingTotals()
        for each in (self._pool.gone, *(line.totals for line in lines)):
            totals = totals + each
        yield _counted("audio_seconds", "Audio given to decoding, s", totals.audio_s)
        yield _counted("passed_seconds", "Of it, what passed the voice gate, s", totals.passed_s)
        yield _counted("decoding_seconds", "Processor time of decoding, s", totals.processor_s)
        yield _counted("retired", "Recognisers that were kept and heard their last stream", totals.retired)
        yield _counted("replaced", "Decoding processes that ended before their time", self._pool.replaced)
        factor = totals.processor_s / totals.audio_s if totals.audio_s else 0.0
        yield _now("real_time_factor", "Processor time per audio since the start", factor)
        behind_s = sum(line.behind_s for line in lines)
        yield _now("queue_seconds", "Audio that decoding is behind with, all streams together, s", behind_s)
        yield _now("processes", "Decoding processes that live", len(lines))
        yield _now("memory_bytes", "Memory of all processes of the server, shared pages once", self.memory)


def memory_of(pid: int) -> int:
    """Return a process's proportional set size in bytes (proc(5), smaps_rollup); 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def _counted(name: str, told: str, value: float) -> Metric:
    return CounterMetricFamily(f"changmao_asr_{name}", told, value=value)


def _now(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"changmao_asr_{name}", told, value=value)
