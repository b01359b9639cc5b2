"""Runs benchmarks one after another, each in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import cast

from contracts.errors import ChangmaoError
from tests.perf.benchmark import Benchmark, Options, Result


def benchmarks() -> dict[str, Benchmark]:
    """Return the benchmarks by name."""
    names = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    return {name: cast("Benchmark", import_module(f"tests.perf.bench_{name}")) for name in names}


def measure(names: Sequence[str], options: Options) -> list[Result]:
    """Run benchmarks one after another, and say on stderr what they are at."""
    results: list[Result] = []
    for name in names:
        begun = perf_counter()
        _tell(f"{name} ...")
        # What one benchmark leaves in memory would slow the next one's look-ups.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            found = alone.submit(_run, name, options).result()
        for result in found:
            _tell(f"{result.name}: {', '.join(result.missed) or 'within its budgets'}")
        results += found
        _tell(f"{name} took {perf_counter() - begun:.1f} s")
    return results


def _run(name: str, options: Options) -> list[Result]:
    # What the service logs while it is measured is not the answer.
    with redirect_stdout(sys.stderr):
        try:
            return list(benchmarks()[name].run(options))
        except ChangmaoError as error:
            # What the others measured is not lost with it.
            return [Result(name, {}, {}, failed=str(error))]


def _tell(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)  # noqa: T201
