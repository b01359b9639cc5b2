"""A speech server in a process of its own while it is measured: its URL, its processor time, its memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from asr.errors import AsrLostError
from asr.metrics import memory_of
from contracts.errors import BadInputError

_START_S = 60.0
_STOP_S = 5.0
_TICKS = os.sysconf("SC_CLK_TCK")
_STANDARD_OUTPUT, _STANDARD_ERROR = 1, 2

Serve = Callable[[Path, int, Connection], None]
"""Serves a model's folder on a number of processors until it is killed; sends the port it listens on."""


@dataclass(frozen=True, slots=True)
class MeasuredServer:
    """A running server."""

    url: str
    pid: int

    def processor_s(self) -> float:
        """Return processor time so far, of it and of the processes it started, s."""
        return sum(_times_of(pid) for pid in self._processes())

    def memory_mb(self) -> float:
        """Return memory of all its processes, shared pages counted once, MB."""
        return sum(memory_of(pid) for pid in self._processes()) / 1e6

    def _processes(self) -> Iterator[int]:
        found = [self.pid]
        while found:
            pid = found.pop()
            yield pid
            found.extend(_children_of(pid))


@contextmanager
def measured_server(serve: Serve, model: Path, processors: int) -> Iterator[MeasuredServer]:
    """Run a server on so many processors, the last of the machine, and this thread on the others.

    Raises AsrLostError where it does not start, BadInputError where there are not so many processors.
    """
    allowed = sorted(os.sched_getaffinity(0))
    if processors > len(allowed):
        raise BadInputError(f"{processors} processors were asked for, there are {len(allowed)}; name as many")
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(serve, model, allowed[-processors:], theirs))
    process.start()
    theirs.close()
    # Playing is work, too, and none of the server's.
    os.sched_setaffinity(0, allowed[:-processors] or allowed)
    try:
        if not ours.poll(_START_S):
            raise AsrLostError(
                f"the speech server was not ready within {_START_S:.0f} s; is the machine busy?"
            )
        try:
            port = int(ours.recv())
        except EOFError as error:
            raise AsrLostError("the speech server ended before it was ready; see above") from error
        assert process.pid is not None  # noqa: S101 (it was started)
        yield MeasuredServer(f"ws://127.0.0.1:{port}", process.pid)
    finally:
        os.sched_setaffinity(0, allowed)
        ours.close()
        process.terminate()
        process.join(_STOP_S)
        process.kill()
        process.join()


def _run(serve: Serve, model: Path, processors: list[int], line: Connection) -> None:
    os.sched_setaffinity(0, processors)
    # Standard output is for the figures; what the server logs stands beside them.
    os.dup2(_STANDARD_ERROR, _STANDARD_OUTPUT)
    serve(model, len(processors), line)


def _children_of(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has ended since it was listed
            yield from (int(child) for child in task.read_text().split())


def _times_of(pid: int) -> float:
    """Return user and system time (proc(5), stat: fields 14 and 15), s; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
