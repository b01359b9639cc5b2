"""Real child processes: restarted when killed, stopped in order, never left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from changmao import process_state
from changmao.readiness import Listens, Ready
from changmao.restart_pace import RestartPace
from changmao.supervisor import ProcessNotReadyError, ProcessSpec, Supervisor, reason_of

pytestmark = pytest.mark.integration

FAST = RestartPace(first=timedelta(milliseconds=20), longest=timedelta(milliseconds=80))
SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('up', flush=True)
time.sleep(60)
"""
LATE = """
import pathlib, socket, sys, time
time.sleep(0.3)
s = socket.create_server(('127.0.0.1', int(sys.argv[1])))
pathlib.Path(sys.argv[2]).touch()
while True: s.accept()
"""
LOOK = """
import pathlib, sys, time
print(pathlib.Path(sys.argv[1]).exists(), flush=True)
time.sleep(60)
"""
SUPERVISE = """
import asyncio, pathlib, sys
from changmao.supervisor import ProcessSpec, Supervisor
specs = [ProcessSpec(n, (sys.executable, '-c', 'import time; time.sleep(60)')) for n in 'ab']
asyncio.run(Supervisor(specs, pathlib.Path(sys.argv[1])).run(asyncio.Event()))
"""
NOTE_PID = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
time.sleep(60)
"""
WATCH = """
import os, sys
from changmao.lifeline import watch
watch([sys.executable, '-c', *sys.argv[1:]], os.getppid())
"""
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]])"


def runs(pid: int) -> bool:
    """A zombie does not run."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def until(ask: Callable[[], Any], what: str, within_s: float = 10) -> Any:
    """Return the first truthy answer; fail with `what` after the bound."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if answer := ask():
            return answer
        await asyncio.sleep(0.02)
    return pytest.fail(f"waited {within_s} s in vain until {what}")


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(supervisor: Supervisor) -> AsyncIterator[Supervisor]:
    await supervisor.start()
    try:
        yield supervisor
    finally:
        await supervisor.stop()


def supervise(folder: Path, *specs: ProcessSpec, **options: Any) -> Supervisor:
    return Supervisor(specs, folder, pace=FAST, **options)


class Never:
    async def __call__(self) -> bool:
        return False


async def test_a_child_killed_by_kill_9_is_restarted_and_the_log_says_which_and_why(tmp_path: Path) -> None:
    with capture_logs() as events:
        async with running(supervise(tmp_path, ProcessSpec("worker-1", SLEEPER))) as supervisor:
            first = await until(lambda: supervisor.pids().get("worker-1"), "the worker runs")
            os.kill(first, signal.SIGKILL)
            await until(lambda: supervisor.pids().get("worker-1", first) != first, "it runs again")
    (ended,) = [event for event in events if event["event"] == "process_ended"]
    assert (ended["process"], ended["reason"], ended["restart_in_s"]) == ("worker-1", "signal SIGKILL", 0.02)


async def test_a_child_that_keeps_dying_is_restarted_ever_later(tmp_path: Path) -> None:
    dies = ProcessSpec("api", (sys.executable, "-S", "-c", "raise SystemExit(3)"))
    with capture_logs() as events:
        async with running(supervise(tmp_path, dies)):
            await until(lambda: len(events) >= 4, "it died four times")
    assert [event["restart_in_s"] for event in events[:4]] == [0.02, 0.04, 0.08, 0.08]
    assert {event["reason"] for event in events[:4]} == {"exit code 3"}


async def test_the_state_file_tells_pid_and_restarts(tmp_path: Path) -> None:
    async with running(supervise(tmp_path, ProcessSpec("a", SLEEPER))) as supervisor:
        pid = await until(lambda: supervisor.pids().get("a"), "it runs")
        await until(lambda: process_state.read(tmp_path), "the file is written")
        assert process_state.read(tmp_path) == {"a": process_state.ProcessState(pid, 0)}
        os.kill(pid, signal.SIGKILL)
        state = await until(
            lambda: (s := process_state.read(tmp_path)["a"]).pid not in {pid, None} and s, "it runs again"
        )
        assert state.restarts == 1
    assert process_state.read(tmp_path) == {}


async def test_children_stop_in_reverse_order(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    script = (
        "import signal, sys, time\n"
        "def stop(*_):\n"
        "    open(sys.argv[1], 'a').write(sys.argv[2]); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "open(sys.argv[1] + sys.argv[2], 'w').close()\n"
        "while True: time.sleep(1)\n"
    )
    specs = [ProcessSpec(name, (sys.executable, "-c", script, str(notes), name)) for name in "abc"]
    async with running(supervise(tmp_path, *specs)):
        await until(lambda: all(Path(f"{notes}{name}").exists() for name in "abc"), "all handle SIGTERM")
    assert notes.read_text() == "cba"


async def test_a_child_deaf_to_sigterm_is_killed_after_the_bound(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    supervisor = supervise(
        tmp_path,
        ProcessSpec("deaf", (sys.executable, "-c", DEAF)),
        stop_within=timedelta(milliseconds=200),
        log_folder=logs,
    )
    with capture_logs() as events:
        async with running(supervisor):
            await until(
                lambda: (logs / "deaf.log").exists() and (logs / "deaf.log").read_text(), "it is deaf"
            )
            pid = supervisor.pids()["deaf"]
    assert not runs(pid)
    assert [event["event"] for event in events] == ["process_killed"]


async def test_the_next_child_waits_until_the_one_before_is_ready(tmp_path: Path, free_port: int) -> None:
    bound = str(tmp_path / "bound")
    late = (sys.executable, "-c", LATE, str(free_port), bound)
    first = ProcessSpec("first", late, ready=Listens("127.0.0.1", free_port))
    second = ProcessSpec("second", (sys.executable, "-c", LOOK, bound))
    async with running(supervise(tmp_path, first, second, log_folder=tmp_path)):
        log = tmp_path / "second.log"
        assert await until(lambda: log.exists() and log.read_text(), "the second looked") == "True\n"


@pytest.mark.parametrize(
    ("argv", "ready", "says"),
    [
        (SLEEPER, Never(), r"api was not ready within 0\.2 s"),
        (
            (sys.executable, "-c", "raise SystemExit(2)"),
            Never(),
            "api ended with exit code 2 before it was ready",
        ),
    ],
)
async def test_a_start_that_cannot_succeed_is_told_by_name_and_leaves_no_child(
    tmp_path: Path, argv: tuple[str, ...], ready: Ready, says: str
) -> None:
    within = timedelta(seconds=0.2 if argv == SLEEPER else 10)
    supervisor = supervise(
        tmp_path, ProcessSpec("other", SLEEPER), ProcessSpec("api", argv, ready=ready, ready_within=within)
    )
    with pytest.raises(ProcessNotReadyError, match=says):
        await supervisor.run(asyncio.Event())
    assert supervisor.pids() == {}


async def test_a_stop_during_the_start_is_heeded(tmp_path: Path) -> None:
    stop = asyncio.Event()
    supervisor = supervise(
        tmp_path, ProcessSpec("slow", SLEEPER, ready=Never()), ProcessSpec("next", SLEEPER)
    )
    task = asyncio.create_task(supervisor.run(stop))
    await until(supervisor.pids, "the first runs")
    stop.set()
    await asyncio.wait_for(task, 5)
    assert supervisor.pids() == {}


@contextmanager
def parent_process(*argv: str) -> Iterator[None]:
    """Run Python code with arguments, and kill it."""
    process = subprocess.Popen([sys.executable, "-c", *argv])
    try:
        yield
    finally:
        process.kill()
        process.wait()


async def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    def both() -> list[int] | None:
        pids = [state.pid for state in process_state.read(tmp_path).values() if state.pid]
        return pids if len(pids) == 2 else None

    with parent_process(SUPERVISE, str(tmp_path)):
        pids = await until(both, "both children run")
    await until(lambda: not any(runs(pid) for pid in pids), "both children are gone")


async def test_without_prctl_a_child_dies_with_its_parent_too(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    with parent_process(PARENT, WATCH, NOTE_PID, str(file)):
        pid = int(await until(lambda: file.exists() and file.read_text(), "the child runs"))
    await until(lambda: not runs(pid), "the child is gone")


@pytest.mark.parametrize(
    ("code", "words"),
    [(3, "exit code 3"), (-9, "signal SIGKILL"), (-11, "signal SIGSEGV"), (-99, "signal 99")],
)
def test_the_reason_of_an_end_is_in_words(code: int, words: str) -> None:
    assert reason_of(code) == words


async def test_a_full_disk_does_not_end_the_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async with running(supervise(tmp_path, ProcessSpec("worker", SLEEPER))) as supervisor:
        first = await until(lambda: supervisor.pids().get("worker"), "the worker was started")
        monkeypatch.setattr(process_state, "write", full)
        os.kill(first, signal.SIGKILL)
        await until(lambda: supervisor.pids().get("worker", first) != first, "the worker was restarted")


async def test_a_child_that_cannot_be_started_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = supervise(tmp_path, ProcessSpec("worker", SLEEPER))
    spawn, refusals = supervisor._spawn, iter([OSError(11, "Resource temporarily unavailable")] * 2)

    async def spawn_late(spec: ProcessSpec) -> asyncio.subprocess.Process:
        for refusal in refusals:
            raise refusal
        return await spawn(spec)

    monkeypatch.setattr(supervisor, "_spawn", spawn_late)
    async with running(supervisor):
        await until(lambda: supervisor.pids().get("worker"), "the worker was started")
