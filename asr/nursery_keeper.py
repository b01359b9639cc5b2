"""Starts the nursery, asks it for processes, and starts another one where it has gone."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import suppress
from pathlib import Path

from asr.errors import DecodingLostError, ModelDamagedError
from asr.nursery import FORK, READY

_LONGEST_ERROR = 4096


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

        ModelDamagedError where Vosk cannot load the model, DecodingLostError where the nursery ends.
        """
        async with self._turn:
            if self._control is None:
                await self._start()
            try:
                return await asyncio.to_thread(self._asked)
            except (OSError, DecodingLostError):
                await self._end()
                raise

    async def close(self) -> None:
        """End the nursery; processes it forked live on until their lines are closed."""
        async with self._turn:
            await self._end()

    def _asked(self) -> tuple[int, socket.socket]:
        assert self._control is not None  # noqa: S101 (started above)
        self._control.sendall(FORK)
        name, ends, _, _ = socket.recv_fds(self._control, 32, 1)
        if not ends:
            raise DecodingLostError("the process that holds the speech model has ended; it is started again")
        end = socket.socket(fileno=ends[0])
        end.settimeout(0)
        return int(name), end

    async def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._control = ours
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "asr.nursery", str(theirs.fileno()), str(self._model_path)),
                pass_fds=[theirs.fileno()],
            )
        said = await asyncio.to_thread(ours.recv, _LONGEST_ERROR)
        if said != READY:
            await self._end()
            raise ModelDamagedError(said.decode() or "the process that loads the speech model has ended")

    async def _end(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None
        # Only now: a thread that still waits for the nursery to speak wakes by its end, not by this.
        if self._control is not None:
            self._control.close()
            self._control = None
