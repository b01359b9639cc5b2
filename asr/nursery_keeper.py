"""Starts the nursery, asks it for processes, and starts another one where it has gone."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from asr.errors import DecodingLostError, ModelDamagedError
from asr.nursery import FORK, READY

_LONGEST_ERROR = 4096
_LOAD_S = 120.0
"""For the model to be read from a slow disk, a big one too."""
_FORK_S = 10.0
"""For what takes some milliseconds: a nursery that needs longer hangs, is stopped, or swapped out."""
_END_S = 5.0
_Said = TypeVar("_Said")


class NurseryKeeper:
    """Has at most one nursery at a time; nothing runs before the first `fork`."""

    def __init__(self, model_path: Path) -> None:
        self._model_path = model_path
        self._control: socket.socket | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The nursery's number in the system; None where none runs."""
        return None if self._process is None else self._process.pid

    async def fork(self) -> tuple[int, socket.socket]:
        """Return the number of a new decoding process and our end of its line, not blocking.

        ModelDamagedError where Vosk cannot load the model; DecodingLostError where the nursery ends, hangs
        (it is ended then) or cannot fork just now.
        """
        async with self._turn:
            try:
                control = self._control or await self._started()
                said, end = await _within(_FORK_S, partial(_ask, control))
            except BaseException:
                await self._end()
                raise
        if end is None:
            raise DecodingLostError(f"no decoding process can be forked just now: {said}")
        return int(said), end

    async def close(self) -> None:
        """End the nursery; processes it forked live on until their lines are closed."""
        async with self._turn:
            await self._end()

    async def _started(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        self._control = ours
        with theirs:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "asr.nursery", str(theirs.fileno()), str(self._model_path)),
                pass_fds=[theirs.fileno()],
            )
        said = await _within(_LOAD_S, partial(ours.recv, _LONGEST_ERROR))
        if said != READY:
            raise ModelDamagedError(said.decode() or "the process that loads the speech model has ended")
        return ours

    async def _end(self) -> None:
        if self._control is not None:
            # A thread may still wait for the nursery to speak: this wakes it.
            with suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)
            self._control.close()
            self._control = None
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            with suppress(TimeoutError):  # stuck in the kernel, on a disk: it ends when that does
                async with asyncio.timeout(_END_S):
                    await self._process.wait()
            self._process = None


async def _within(seconds: float, wait: Callable[[], _Said]) -> _Said:
    """Wait in a thread for what the nursery says; DecodingLostError where it says nothing for so long."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(wait)
    except TimeoutError as error:
        raise DecodingLostError(
            f"the process that holds the speech model said nothing for {seconds:g} s; it is started again"
        ) from error


def _ask(control: socket.socket) -> tuple[str, socket.socket | None]:
    """Return what the nursery said, and our end of a new process's line where there is one."""
    control.sendall(FORK)
    said, ends, _, _ = socket.recv_fds(control, _LONGEST_ERROR, 1)
    if not said:
        raise DecodingLostError("the process that holds the speech model has ended; it is started again")
    if not ends:
        return said.decode(), None
    end = socket.socket(fileno=ends[0])
    end.settimeout(0)
    return said.decode(), end
