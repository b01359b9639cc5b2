"""What every benchmark is given and what it gives back."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from time import perf_counter_ns
from typing import Protocol, TypeVar

_ROUNDS = 20
_Question = TypeVar("_Question")


@dataclass(frozen=True, slots=True)
class Options:
    """How large a run is; the folder is empty at first and shared by all benchmarks of the run."""

    folder: Path
    entries: int
    """Of the compiled list file."""
    rows: int
    """Of an imported file."""
    lookups: int
    seconds: int
    """Of what is measured over a time."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark measured."""

    name: str
    sizes: Mapping[str, int]
    figures: Mapping[str, float]
    """Each ends in its unit."""
    ratios: Mapping[str, float] = field(default_factory=dict)
    budgets: Mapping[str, float] = field(default_factory=dict)
    """The most that a figure or ratio of this name may be."""
    details: Mapping[str, object] = field(default_factory=dict)
    """What was measured in a form of its own."""
    failed: str = ""
    """Why there is nothing measured."""

    @property
    def missed(self) -> Sequence[str]:
        """Names of the budgets that were not kept, or why nothing was measured."""
        if self.failed:
            return [self.failed]
        measured = {**self.figures, **self.ratios}
        return [name for name, most in self.budgets.items() if measured[name] > most]

    def as_json(self) -> dict[str, object]:
        """Return it as it is printed."""
        return {
            "name": self.name,
            "sizes": self.sizes,
            "figures": {name: round(figure, 3) for name, figure in self.figures.items()},
            "ratios": {name: round(ratio, 3) for name, ratio in self.ratios.items()},
            "budgets": self.budgets,
            "details": self.details,
            "ok": not self.missed,
            "failed": self.failed,
        }


class Benchmark(Protocol):
    """A module `bench_NAME` of this folder."""

    def run(self, options: Options) -> Iterable[Result]:
        """Measure, and yield one result or several."""
        ...


@dataclass(frozen=True, slots=True)
class Latency:
    """How long single calls took, in microseconds, the timer's own 0.1 among them.

    Budgets are judged by the median and 99th percentile of the quietest of twenty rounds, as neighbours on
    the machine can only add to a round; the 99th percentile and the longest of all rounds stand beside them.
    """

    p50: float
    p99: float
    p99_of_all: float
    longest: float

    def figures(self, name: str) -> dict[str, float]:
        """Return it as figures that begin with a name."""
        return {
            f"{name}_p50_us": self.p50,
            f"{name}_p99_us": self.p99,
            f"{name}_p99_of_all_rounds_us": self.p99_of_all,
            f"{name}_max_us": self.longest,
        }


def latency_of(call: Callable[[_Question], object], ask: Callable[[int], _Question], count: int) -> Latency:
    """Time a call over questions that are made one at a time, as calls come in; `ask` is not timed."""
    rounds = []
    gc.collect()
    for start in range(0, count, max(1, count // _ROUNDS)):
        times = []
        for n in range(start, min(count, start + max(1, count // _ROUNDS))):
            question = ask(n)
            begun = perf_counter_ns()
            call(question)
            times.append(perf_counter_ns() - begun)
        rounds.append(sorted(times))
    return Latency(
        p50=min(_share(times, 0.5) for times in rounds) / 1000,
        p99=min(_share(times, 0.99) for times in rounds) / 1000,
        p99_of_all=_share(sorted(chain.from_iterable(rounds)), 0.99) / 1000,
        longest=max(times[-1] for times in rounds) / 1000,
    )


def _share(ordered: Sequence[int], share: float) -> int:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
