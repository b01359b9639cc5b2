"""Who listens on a port, as far as Linux lets us see: the process's id and command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from changmao.ports import Port, Transport

_PROC = Path("/proc")
_TCP_LISTEN = "0A"
"""Linux, include/net/tcp_states.h"""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has a port open."""

    pid: int
    command: str
    """Without its arguments: they may name people or files."""


def holder_of(port: Port) -> Holder | None:
    """Return who holds a port; None where nobody does or it belongs to another user."""
    inodes = set(_inodes(port))
    if not inodes:
        return None
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in _PROC.glob("[0-9]*"):
        if _has_open(process, wanted):
            return Holder(int(process.name), _command(process))
    return None


def _inodes(port: Port) -> Iterator[str]:
    for name in ("tcp", "tcp6") if port.transport is Transport.TCP else ("udp", "udp6"):
        try:
            rows = (_PROC / "net" / name).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            local, state, inode = fields[1], fields[3], fields[9]
            listens = port.transport is Transport.UDP or state == _TCP_LISTEN
            if listens and int(local.rpartition(":")[2], 16) == port.number:
                yield inode


def _has_open(process: Path, wanted: set[str]) -> bool:
    try:
        return any(str(link.readlink()) in wanted for link in (process / "fd").iterdir())
    except OSError:  # it has ended, or is another user's
        return False


def _command(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "?"
