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
from tests.perf.invented_lists import BLOCKS, block_records, compile_blocks_to, compile_to, records

_LONGEST_SECONDS = 600
_MADE = {"entries": (records, compile_to), "blocks": (block_records, compile_blocks_to)}


def run(options: Options) -> Iterable[Result]:
    """Compile the file that the benchmarks of look-ups use as well, and one of prefixes and ranges alone."""
    yield _result("compile", "entries", options, options.entries, options.entries + BLOCKS)
    blocks = max(1, options.entries * 3 // 10)
    yield _result("compile_blocks", "blocks", options, blocks, blocks)


def _result(name: str, what: str, options: Options, count: int, entries: int) -> Result:
    command = [sys.executable, "-m", "tests.perf.bench_compile", what, str(options.folder), str(count)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=_LONGEST_SECONDS)
    figures = json.loads(done.stdout)
    figures["bytes_an_entry"] = figures.pop("bytes") / entries
    budgets = {"compile_seconds": 20.0, "peak_mb": 300.0}
    if what == "entries" and entries >= 100 * BLOCKS:
        # A smaller file is header and blocks.
        budgets["bytes_an_entry"] = 32.0
    return Result(name, {what: entries}, figures, budgets=budgets)


def _main(what: str, folder: Path, count: int) -> None:
    made_of, compiled = _MADE[what]
    begun = perf_counter()
    for _ in made_of(count):
        pass
    made = perf_counter()
    ref = compiled(folder / (f"{count}.lists" if what == "entries" else f"{count}.{what}.lists"), count)
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
    _main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
