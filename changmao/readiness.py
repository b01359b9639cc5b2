"""How to tell that a child process has begun its work: it listens, answers, or has made its socket."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

_TRY_S = 1.0
"""Bound of one try, s."""


class Ready(Protocol):
    """One try to find out; never raises for a process that is not ready."""

    async def __call__(self) -> bool:
        """Return True once the process does its work."""
        ...


@dataclass(frozen=True, slots=True)
class Listens:
    """Ready when a TCP connection is accepted."""

    host: str
    port: int

    async def __call__(self) -> bool:
        """Connect once."""
        return await _connects(asyncio.open_connection(self.host, self.port))


@dataclass(frozen=True, slots=True)
class ListensAt:
    """Ready when a connection to a Unix socket is accepted."""

    path: Path

    async def __call__(self) -> bool:
        """Connect once."""
        return await _connects(asyncio.open_unix_connection(self.path))


@dataclass(frozen=True, slots=True)
class Answers:
    """Ready when a GET of this URL answers 200."""

    url: str

    async def __call__(self) -> bool:
        """Ask once; a proxy set in the environment is passed by, since the process is on this machine."""
        async with httpx.AsyncClient(timeout=_TRY_S, trust_env=False) as client:
            try:
                return (await client.get(self.url)).status_code == httpx.codes.OK
            except httpx.HTTPError:
                return False


async def _connects(opening: Coroutine[object, object, tuple[StreamReader, StreamWriter]]) -> bool:
    try:
        _, writer = await asyncio.wait_for(opening, _TRY_S)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
