"""The whole service under its supervisor: started, one process killed, stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from changmao import process_state

pytestmark = [pytest.mark.sip, pytest.mark.timeout(120)]

PROCESSES = ["api", "due-work", "asr", "controller", "worker-1", "worker-2"]
START_S = 60


def free_ports() -> int:
    """Return the first of a block of ports: api, speech and two workers, TCP and UDP alike."""
    for base in range(21000, 31000, 100):
        try:
            for port in range(base, base + 4):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    with socket.socket(socket.AF_INET, kind) as probe:
                        probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    return pytest.fail("no four free ports between 21000 and 31000")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def service(data: Path, vosk_model: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    base = free_ports()
    config = tmp_path / "changmao.toml"
    config.write_text(
        f'data_dir = "{data}"\n[api]\nport = {base}\n[asr]\nport = {base + 1}\nmodel_path = "{vosk_model}"\n'
        f"[node]\nsip_port = {base + 2}\nrtp_port = {base + 10000}\nrtp_ports = 40\n"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHANGMAO_")}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "changmao", "--config", str(config), "serve"],
            stdout=log,
            stderr=log,
            env=kept,
        )
    try:
        until(lambda: [name for name in PROCESSES if pid_of(data, name)] == PROCESSES, tmp_path / "log")
        yield process
    finally:
        process.kill()  # its children go with it
        process.wait()


def pid_of(data: Path, name: str) -> int | None:
    state = process_state.read(data).get(name)
    return state.pid if state else None


def until(ask: Callable[[], object], log: Path) -> None:
    end = time.monotonic() + START_S
    while not ask():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)


def test_a_killed_worker_comes_back_under_a_new_pid(
    service: subprocess.Popen[bytes], data: Path, tmp_path: Path
) -> None:
    killed = pid_of(data, "worker-1")
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    until(lambda: pid_of(data, "worker-1") not in {killed, None}, tmp_path / "log")
    assert process_state.read(data)["worker-1"].restarts == 1
    assert service.poll() is None
    assert b"signal SIGKILL" in (tmp_path / "log").read_bytes()


def test_sigterm_stops_every_process_and_ends_with_exit_code_0(
    service: subprocess.Popen[bytes], data: Path, tmp_path: Path
) -> None:
    pids = [pid_of(data, name) for name in PROCESSES]
    service.send_signal(signal.SIGTERM)
    assert service.wait(30) == 0, (tmp_path / "log").read_text()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert process_state.read(data) == {}
