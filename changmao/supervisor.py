"""The supervisor: starts child processes in order, restarts those that die, stops them in reverse order."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import structlog

from changmao import lifeline, process_state
from changmao.readiness import Ready
from changmao.restart_pace import RestartPace
from changmao.stop_signals import stop_event
from contracts.errors import ChangmaoError

log = structlog.get_logger()

EXIT_USAGE = 2
"""Exit code of a process that a setting keeps from starting: another try cannot help."""
_GLANCE_S = 0.05


class ProcessNotReadyError(ChangmaoError):
    """A child process did not begin its work in time; its own log lines say why."""

    code: ClassVar[str] = "supervisor.not_ready"


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process to keep running."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to the supervisor's own environment."""
    ready: Ready | None = None
    """None: the next process is started at once."""
    ready_within: timedelta = timedelta(seconds=30)


@dataclass(slots=True)
class _Child:
    """What the supervisor knows of one spec."""

    spec: ProcessSpec
    process: asyncio.subprocess.Process | None = None
    restarts: int = 0
    last_code: int | None = None
    keeper: asyncio.Task[None] | None = None


class Supervisor:
    """Keeps processes running; for the main thread, by whose end the kernel knows ours (Linux)."""

    def __init__(
        self,
        specs: Sequence[ProcessSpec],
        folder: Path,
        *,
        pace: RestartPace | None = None,
        stop_within: timedelta = timedelta(seconds=10),
        log_folder: Path | None = None,
    ) -> None:
        """Prepare; `folder` gets processes.json, `log_folder` a NAME.log each (None: all to stderr)."""
        self._children = {spec.name: _Child(spec) for spec in specs}
        self._folder = folder
        self._pace = pace or RestartPace()
        self._stop_within = stop_within
        self._log_folder = log_folder

    async def run(self, stop: asyncio.Event) -> None:
        """Start all, keep them running until `stop` is set, stop all; raises ProcessNotReadyError."""
        try:
            await self.start(stop)
            await self._until_stopped(stop)
        finally:
            await self.stop()

    async def start(self, stop: asyncio.Event | None = None) -> None:
        """Start the processes in order, each when the one before is ready; leave off when `stop` is set."""
        for child in self._children.values():
            if stop is not None and stop.is_set():
                return
            child.keeper = asyncio.create_task(self._keep(child), name=f"keep {child.spec.name}")
            await self._wait_ready(child, stop)

    async def stop(self) -> None:
        """Stop the processes in reverse order: SIGTERM, after the bound SIGKILL."""
        for child in reversed(self._children.values()):
            if child.keeper is None:
                continue
            child.keeper.cancel()
            await asyncio.gather(child.keeper, return_exceptions=True)
            child.keeper = None
            await self._end(child)
        process_state.remove(self._folder)

    def pids(self) -> dict[str, int]:
        """Return the pid of each process that runs now."""
        return {
            name: child.process.pid for name, child in self._children.items() if child.process is not None
        }

    async def _until_stopped(self, stop: asyncio.Event) -> None:
        """Wait for `stop`; a keeper ends only by an error of our own, which must not pass unseen."""
        keepers = [child.keeper for child in self._children.values() if child.keeper is not None]
        stopped = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([stopped, *keepers], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        for task in done:
            await task

    async def _keep(self, child: _Child) -> None:
        delay: timedelta | None = None
        while True:
            began = time.monotonic()
            reason = await self._run_once(child)
            child.restarts += 1
            self._write_state()
            delay = self._pace.next_delay(timedelta(seconds=time.monotonic() - began), delay)
            log.warning(
                "process_ended",
                process=child.spec.name,
                reason=reason,
                restart_in_s=delay.total_seconds(),
                restarts=child.restarts,
            )
            await asyncio.sleep(delay.total_seconds())

    async def _run_once(self, child: _Child) -> str:
        """Run a child to its end and return why it ended; one that cannot be started has ended too."""
        try:
            child.process = await self._spawn(child.spec)
        except OSError as error:
            return f"cannot be started: {error.strerror}"
        self._write_state()
        child.last_code = await child.process.wait()
        child.process = None
        return reason_of(child.last_code)

    async def _spawn(self, spec: ProcessSpec) -> asyncio.subprocess.Process:
        output = await asyncio.to_thread(self._open_output, spec.name)
        try:
            return await asyncio.create_subprocess_exec(
                *lifeline.tied(spec.argv, os.getpid()),
                env={**os.environ, **spec.env},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops them in order
            )
        finally:
            os.close(output)

    def _open_output(self, name: str) -> int:
        """Return a descriptor for a child's output; never our standard output, which may carry JSON."""
        if self._log_folder is None:
            return os.dup(2)
        self._log_folder.mkdir(parents=True, exist_ok=True)
        return os.open(self._log_folder / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def _wait_ready(self, child: _Child, stop: asyncio.Event | None) -> None:
        spec = child.spec
        if spec.ready is None:
            return
        until = time.monotonic() + spec.ready_within.total_seconds()
        while not (child.process is not None and await spec.ready()):
            if stop is not None and stop.is_set():
                return
            if child.last_code == EXIT_USAGE or time.monotonic() >= until:
                raise ProcessNotReadyError(self._not_ready_message(child))
            await asyncio.sleep(_GLANCE_S)
        log.info("process_ready", process=spec.name, pid=self.pids().get(spec.name))

    def _not_ready_message(self, child: _Child) -> str:
        spec = child.spec
        where = f"see {self._log_folder / spec.name}.log" if self._log_folder else "see its lines above"
        if child.last_code is None:
            return f"{spec.name} was not ready within {spec.ready_within.total_seconds():g} s; {where}"
        return f"{spec.name} ended with {reason_of(child.last_code)} before it was ready; {where}"

    async def _end(self, child: _Child) -> None:
        process = child.process
        if process is None:
            return
        if process.returncode is None:
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), self._stop_within.total_seconds())
        except TimeoutError:
            log.warning("process_killed", process=child.spec.name, reason="did not stop on SIGTERM")
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        child.process = None

    def _write_state(self) -> None:
        """Tell others who runs; a full disk must not end the calls."""
        state = {
            name: process_state.ProcessState(child.process.pid if child.process else None, child.restarts)
            for name, child in self._children.items()
            if child.keeper is not None
        }
        try:
            process_state.write(self._folder, state)
        except OSError as error:
            log.warning("process_state_not_written", reason=error.strerror)


def reason_of(code: int) -> str:
    """Return why a process ended, in words, from its return code (negative: minus the signal's number)."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"


async def supervise(specs: Sequence[ProcessSpec], folder: Path) -> None:
    """Run processes until SIGTERM or SIGINT; raises ProcessNotReadyError."""
    await Supervisor(specs, folder).run(stop_event())
