"""Runs the benchmarks named, or all; prints what they measured as JSON, and says what they are at on stderr.

Exit code 1 where a budget is missed. Each module `bench_NAME` beside this one is a benchmark.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.perf.benchmark import Options
from tests.perf.measuring import benchmarks, measure


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
        results = measure(chosen.names or list(benchmarks()), options)
    print(json.dumps([result.as_json() for result in results], indent=2))  # noqa: T201
    return 1 if any(result.missed for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
