"""The service's own processes: they start, answer, and end cleanly on SIGTERM."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from changmao.first_start import prepare
from changmao.settings import load_settings

pytestmark = pytest.mark.integration


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def settled(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGMAO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CHANGMAO_API__PORT", str(port))
    monkeypatch.setenv("CHANGMAO_ASR__PORT", str(port))
    prepare(load_settings())


@contextmanager
def process(*arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        child = subprocess.Popen([sys.executable, "-m", "changmao", *arguments], stderr=output, stdout=output)
    try:
        yield child
    finally:
        child.kill()
        child.wait()


def wait(ask: Callable[[], bool], log: Path) -> None:
    """Wait for a condition, 20 s at most."""
    end = time.monotonic() + 20
    while not ask():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False, timeout=1).status_code == 200
    except httpx.HTTPError:
        return False


def ended(child: subprocess.Popen[bytes]) -> int:
    os.kill(child.pid, signal.SIGTERM)
    return child.wait(10)


@pytest.mark.usefixtures("settled")
def test_the_api_answers_and_ends_with_exit_code_0(port: int, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with process("api", "--no-due-work", log=log) as child:
        wait(lambda: answers(f"http://127.0.0.1:{port}/healthz"), log)
        assert ended(child) == 0, log.read_text()


@pytest.mark.usefixtures("settled")
def test_the_due_work_loop_runs_alone_and_ends_with_exit_code_0(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with process("due-work", log=log) as child:
        wait(lambda: "due_work_runs" in log.read_text(), log)
        assert ended(child) == 0, log.read_text()


@pytest.mark.usefixtures("settled")
def test_the_speech_server_answers_and_ends_with_exit_code_0(
    port: int, tmp_path: Path, vosk_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANGMAO_ASR__MODEL_PATH", str(vosk_model))
    log = tmp_path / "log"
    with process("asr", "serve", log=log) as child:
        wait(lambda: answers(f"http://127.0.0.1:{port}/healthz"), log)
        assert ended(child) == 0, log.read_text()
