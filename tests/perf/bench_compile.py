"""Compiling a list file in a process of its own: time, size, memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

from tests.perf.benchmark import Options, Result
from tests.perf.invented_lists import BLOCKS, compile_to, records

_LONGEST_SECONDS = 600


def run(options: Options) -> Iterable[Result]:
    """Compile the file that the benchmarks of look-ups use as well."""
    command = [sys.executable, "-m", "tests.perf.bench_compile", str(options.folder), str(options.entries)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=_LONGEST_SECONDS)
    figures = json.loads(done.stdout)
    entries = options.entries + BLOCKS
    figures["bytes_an_entry"] = figures.pop("bytes") / entries
    budgets = {"compile_seconds": 20.0, "bytes_an_entry": 32.0, "peak_mb": 300.0}
    if options.entries < 100 * BLOCKS:
        # So small a file is header and blocks.
        del budgets["bytes_an_entry"]
    yield Result("compile", {"entries": entries}, figures, budgets=budgets)


def _main(folder: Path, entries: int) -> None:
    begun = perf_counter()
    for _ in records(entries):
        pass
    made = perf_counter()
    ref = compile_to(folder / f"{entries}.lists", entries)
    seconds = perf_counter() - made
    figures = {
        "compile_seconds": seconds,
        "making_the_entries_seconds": made - begun,
        "bytes": ref.size,
        "peak_mb": _peak_mb(),
    }
    print(json.dumps(figures))  # noqa: T201


def _peak_mb() -> float:
    # What getrusage tells of a new process has its parent's peak in it (getrusage(2), Linux); this has not.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
