"""One thing done to many calls, on one core or several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextvars import ContextVar
from multiprocessing import get_context
from typing import Any, TypeVar

_CHUNK = 8
"""Calls handed to a process at once."""
_DEED: ContextVar[Callable[[Any], Any]] = ContextVar("deed")
"""Of this process, where it is one of a pool."""
Told = TypeVar("Told")
Call = TypeVar("Call")
Found = TypeVar("Found")


def spread(
    prepare: Callable[[Told], Callable[[Call], Found]], told: Told, calls: Sequence[Call], jobs: int
) -> Iterator[Found]:
    """Yield what is found for each call, in the order given, whatever `jobs` (processes) is.

    What is done to a call is prepared once in each process, by a function of a module, from what it is told.
    """
    if jobs == 1:
        yield from map(prepare(told), calls)
        return
    # Spawned, not forked: the command has threads by now (its progress bar).
    with ProcessPoolExecutor(jobs, get_context("spawn"), _set_up, (prepare, told)) as pool:
        yield from pool.map(_do, calls, chunksize=_CHUNK)


def _set_up(prepare: Callable[[Told], Callable[[Call], Found]], told: Told) -> None:
    _DEED.set(prepare(told))


def _do(call: Any) -> Any:  # noqa: ANN401 (what the pool hands on has no type)
    return _DEED.get()(call)
