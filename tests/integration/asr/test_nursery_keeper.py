"""The nursery and who keeps it, where the system gives neither memory nor processes."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from errno import EAGAIN
from pathlib import Path
from typing import cast

import pytest

from asr import nursery
from asr.errors import DecodingLostError
from asr.nursery_keeper import NurseryKeeper
from asr.speech_model import SpeechModel

pytestmark = pytest.mark.integration

NO_MODEL = cast("SpeechModel", None)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Of the socket between a keeper and its nursery."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_nursery_that_cannot_fork_says_why_and_goes_on(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> int:
        raise OSError(EAGAIN, os.strerror(EAGAIN))

    monkeypatch.setattr(os, "fork", fails)
    ours, theirs = ends
    for _ in range(2):
        nursery._fork(NO_MODEL, theirs)
        said, lines, _, _ = socket.recv_fds(ours, 1000, 1)
        assert (os.strerror(EAGAIN) in said.decode(), lines) == (True, [])


async def test_a_nursery_that_cannot_fork_is_asked_again_and_not_started_anew(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    keeper = NurseryKeeper(Path("none"))
    keeper._control, theirs = ends
    for _ in range(2):
        theirs.sendall(b"out of memory")
        with pytest.raises(DecodingLostError, match="out of memory"):
            await keeper.fork()
    assert theirs.recv(10) == 2 * nursery.FORK
    await keeper.close()


async def test_a_nursery_that_cannot_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise OSError(EAGAIN, os.strerror(EAGAIN))

    monkeypatch.setattr(asyncio, "create_subprocess_exec", fails)
    keeper = NurseryKeeper(Path("none"))
    for _ in range(2):
        with pytest.raises(OSError, match=os.strerror(EAGAIN)) as failed:
            await keeper.fork()
        assert failed.value.errno == EAGAIN


async def test_a_nursery_that_never_has_its_model_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asr.nursery_keeper._LOAD_S", 0.05)
    keeper = NurseryKeeper(Path("none"))
    with pytest.raises(DecodingLostError, match=r"said nothing for 0\.05 s"):
        await keeper.fork()
    assert keeper.pid is None
