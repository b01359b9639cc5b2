"""Importing a file by the command line as an admin does: dry run, apply, the same again, rollback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from time import perf_counter

from tests.perf.benchmark import Options, Result

_LONGEST_SECONDS = 600
_HEADER = "pattern,kind,category,action,source,evidence,valid_from,expires_at,note\n"
_CATEGORIES = ("冒充公检法", "刷单返利", "虚假投资理财", "贷款")
_MOST_SECONDS, _MOST_MB = 20.0, 300.0


def run(options: Options) -> Iterable[Result]:
    """Import a file of its own into an empty SQLite database."""
    file = options.folder / "import.csv"
    _write(file, options.rows)
    data = options.folder / "import-data"
    command = ("lists", "import", str(file), "--list", "police", "--json")
    steps = {
        "dry_run": (*command, "--dry-run"),
        "apply": (*command, "--yes"),
        "same_again": (*command, "--yes"),
    }
    figures: dict[str, float] = {}
    for step, arguments in steps.items():
        answer = json.loads(_changmao(data, *arguments))
        expected = 0 if step == "same_again" else options.rows
        assert (answer["added"], answer["rejected"]) == (expected, 0), answer
        figures |= {f"{step}_seconds": answer["seconds"], f"{step}_peak_mb": answer["peak_mb"]}
    begun = perf_counter()
    _changmao(data, "lists", "rollback", "0", "--list", "police", "--yes")
    figures["rollback_process_seconds"] = perf_counter() - begun
    budgets = {name: _MOST_SECONDS if name.endswith("seconds") else _MOST_MB for name in figures}
    yield Result("import", {"rows": options.rows, "bytes": file.stat().st_size}, figures, budgets=budgets)


def _write(file: Path, rows: int) -> None:
    with file.open("w", encoding="utf-8") as lines:
        lines.write(_HEADER)
        for n in range(rows):
            # A multiplier without a factor in common walks all numbers without repeating one, in no order.
            number = 19_900_000_000 + n * 48_271_991 % 10**8
            category = _CATEGORIES[n % len(_CATEGORIES)]
            lines.write(f"{number},exact,{category},reject,case,A-{n},,2099-12-31,\n")


def _changmao(data: Path, *arguments: str) -> str:
    kept: Mapping[str, str] = {k: v for k, v in os.environ.items() if not k.startswith("CHANGMAO_")}
    done = subprocess.run(
        [sys.executable, "-m", "changmao", *arguments],
        env={**kept, "CHANGMAO_DATA_DIR": str(data)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=_LONGEST_SECONDS,
    )
    return done.stdout
