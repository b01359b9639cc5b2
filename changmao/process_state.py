"""The file in the data folder that tells which child processes run: name, pid, restarts."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

FILE_NAME = "processes.json"


@dataclass(frozen=True, slots=True)
class ProcessState:
    """One supervised process."""

    pid: int | None
    """None while it waits for its restart."""
    restarts: int


def write(folder: Path, processes: dict[str, ProcessState]) -> None:
    """Replace the file at once, so that no reader sees half of it."""
    fresh = folder / f"{FILE_NAME}.{os.getpid()}"
    fresh.write_text(json.dumps({name: asdict(state) for name, state in processes.items()}, indent=1))
    fresh.replace(folder / FILE_NAME)


def read(folder: Path) -> dict[str, ProcessState]:
    """Return what is running under the supervisor of this data folder; empty where there is none."""
    try:
        rows = json.loads((folder / FILE_NAME).read_text())
    except FileNotFoundError:
        return {}
    return {name: ProcessState(**row) for name, row in rows.items()}


def remove(folder: Path) -> None:
    """Take the file away after an orderly stop."""
    (folder / FILE_NAME).unlink(missing_ok=True)
