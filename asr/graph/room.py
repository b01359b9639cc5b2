"""Whether a graph can be compiled here: free memory and free disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asr.errors import NoRoomError

_MEMINFO = Path("/proc/meminfo")
_LIMIT = Path("/sys/fs/cgroup/memory.max")
_USED = Path("/sys/fs/cgroup/memory.current")
_USE = Path("/sys/fs/cgroup/memory.stat")


@dataclass(frozen=True, slots=True)
class Room:
    """Memory and disk, bytes."""

    memory: int | None
    """None: this machine does not tell."""
    disk: int

    @classmethod
    def free_at(cls, folder: Path) -> Room:
        """Return what is free now, the container's limit included."""
        return cls(min(_free_memory(), default=None), shutil.disk_usage(folder).free)

    def check(self, needed: Room) -> None:
        """Raise NoRoomError where less is free than is needed."""
        if self.memory is not None and self.memory < (needed.memory or 0):
            raise NoRoomError(_told("memory", needed.memory or 0, self.memory))
        if self.disk < needed.disk:
            raise NoRoomError(_told("disk", needed.disk, self.disk))


def _told(what: str, needed: int, free: int) -> str:
    return (
        f"compiling needs {needed / 1e9:.1f} GB of {what}, {free / 1e9:.1f} GB is free; make room, "
        "or compile on another machine and copy the compiled folder and its link"
    )


def _free_memory() -> Iterator[int]:
    if _MEMINFO.exists():
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
        yield from (int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    # "max": no limit.
    if _LIMIT.exists() and (limit := _LIMIT.read_text(encoding="ascii").strip()).isdigit():
        yield int(limit) - int(_USED.read_text(encoding="ascii")) + _reclaimable()


def _reclaimable() -> int:
    """Return what of the memory in use only holds files that were read or written a while ago."""
    lines = _USE.read_text(encoding="ascii").splitlines() if _USE.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("inactive_file ")), 0)
