"""What the speech server counts, in Prometheus's text format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from asr.decoding_line import DecodingTotals

_RESULT_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class MeasuredLine(Protocol):
    """One decoding process."""

    @property
    def pid(self) -> int:
        """Its number in the system."""
        ...

    @property
    def totals(self) -> DecodingTotals:
        """What it has done so far."""
        ...

    @property
    def waiting_s(self) -> float:
        """Audio that waits for its result, s."""
        ...


class Decoding(Protocol):
    """The processes whose work is told."""

    @property
    def lines(self) -> Sequence[MeasuredLine]:
        """Those that live."""
        ...

    @property
    def gone(self) -> DecodingTotals:
        """What those did that have ended."""
        ...

    @property
    def replaced(self) -> int:
        """How many ended before their time."""
        ...


class AsrMetrics:
    """The counters of one server; a registry of its own keeps two in one test apart."""

    def __init__(self, decoding: Decoding) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_DecodingCollector(decoding))
        self.streams = Gauge("changmao_asr_streams", "Streams that are open", registry=self._registry)
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
        self.result_s = Histogram(
            "changmao_asr_result_seconds",
            "Time from a block to its result, s",
            buckets=_RESULT_S,
            registry=self._registry,
        )

    def text(self) -> bytes:
        """Return all of it; reads the memory of each process, so not for an event loop."""
        return generate_latest(self._registry)


class _DecodingCollector(Collector):
    def __init__(self, decoding: Decoding) -> None:
        self._decoding = decoding

    def collect(self) -> Iterable[Metric]:
        """Return totals over all processes, and what each has now."""
        lines = self._decoding.lines
        totals = DecodingTotals()
        for each in (self._decoding.gone, *(line.totals for line in lines)):
            totals = totals + each
        yield _counted("audio_seconds", "Audio given to decoding, s", totals.audio_s)
        yield _counted("passed_seconds", "Of it, what passed the voice gate, s", totals.passed_s)
        yield _counted("decoding_seconds", "Processor time of decoding, s", totals.processor_s)
        yield _counted("retired", "Recognisers that heard their last stream", totals.retired)
        yield _counted("replaced", "Decoding processes that ended before their time", self._decoding.replaced)
        factor = totals.processor_s / totals.audio_s if totals.audio_s else 0.0
        yield _now("real_time_factor", "Processor time per audio since the start", factor)
        yield _now(
            "queue_seconds", "Audio that waits for its result, s", sum(line.waiting_s for line in lines)
        )
        yield _now("processes", "Decoding processes that live", len(lines))
        memory = sum(memory_of(line.pid) for line in lines)
        yield _now("memory_bytes", "Memory of the decoding processes, shared pages shared out", memory)


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
