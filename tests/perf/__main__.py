"""Runs the benchmarks named, or all; prints what they measured as JSON, and says what they are at on stderr.

Exit code 1 where a budget is missed. Each module `bench_NAME` beside this one is a benchmark.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import cast

from tests.perf.benchmark import Benchmark, Options, Result


def benchmarks() -> dict[str, Benchmark]:
    """Return the benchmarks by name."""
    names = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    return {name: cast("Benchmark", import_module(f"tests.perf.bench_{name}")) for name in names}


def measure(names: Sequence[str], options: Options) -> list[Result]:
    """Run benchmarks one after another."""
    results = []
    for name in names:
        begun = perf_counter()
        _tell(f"{name} ...")
        for result in benchmarks()[name].run(options):
            results.append(result)
            _tell(f"{result.name}: {', '.join(result.missed) or 'within its budgets'}")
        _tell(f"{name} took {perf_counter() - begun:.1f} s")
    return results


def main(arguments: Sequence[str]) -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.perf", description="Run the benchmarks.")
    parser.add_argument("names", nargs="*", choices=[[], *benchmarks()], metavar="NAME")
    parser.add_argument("--entries", type=int, default=5_000_000, help="entries of the list file")
    parser.add_argument("--rows", type=int, help="rows of an import; a fifth of the entries where not given")
    parser.add_argument("--lookups", type=int, default=100_000, help="calls that are timed")
    parser.add_argument("--seconds", type=int, default=10, help="of what runs for a time")
    chosen = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="changmao-bench-") as folder:
        options = Options(
            folder=Path(folder),
            entries=chosen.entries,
            rows=chosen.rows or max(1, chosen.entries // 5),
            lookups=chosen.lookups,
            seconds=chosen.seconds,
        )
        # What the service logs while it is measured is not the answer.
        with redirect_stdout(sys.stderr):
            results = measure(chosen.names or list(benchmarks()), options)
    print(json.dumps([result.as_json() for result in results], indent=2))  # noqa: T201
    return 1 if any(result.missed for result in results) else 0


def _tell(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
