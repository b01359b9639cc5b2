"""List files on their way through the api: written to the disk, kept a while between preview and import."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from hashlib import sha256
from pathlib import Path
from shutil import copyfileobj
from time import time
from typing import BinaryIO

from fastapi.concurrency import run_in_threadpool

from api.token import new_token
from contracts.errors import NotFoundError

KEPT_SECONDS = 3600
"""How long a previewed file waits to be imported."""
MOST_KEPT = 20
"""Previewed files that wait; beyond that the oldest goes first."""
LEFT_SECONDS = 24 * 3600
"""Nobody works on a file for longer: its process was killed."""


class UploadGoneError(NotFoundError):
    """A previewed file is here no more: imported, too old, or sent to another process."""

    code = "lists.upload_gone"


class Uploads:
    """A folder of list files for the service alone; a kept file belongs to the login that sent it.

    What is worked on lies apart from what waits: however many previews come, no import loses its file.
    """

    def __init__(self, folder: Path) -> None:
        self._passing = folder / "passing"
        self._kept = folder / "kept"

    @asynccontextmanager
    async def received(self, body: AsyncIterator[bytes]) -> AsyncIterator[Path]:
        """Write a request's body to a file for as long as it is worked on."""
        path = await run_in_threadpool(self.fresh)
        try:
            # Not on a thread: a request that is cancelled meanwhile would leave the file open.
            with path.open("wb") as file:
                async for block in body:
                    await run_in_threadpool(file.write, block)
            yield path
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def copied(self, file: BinaryIO) -> Iterator[Path]:
        """Write a file of a form to one of ours for as long as it is worked on, or until it is kept."""
        path = self.fresh()
        try:
            with path.open("wb") as copy:
                copyfileobj(file, copy)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def fresh(self) -> Path:
        """Return where a new file may be written; whoever writes it removes it."""
        return _made(self._passing) / new_token()

    def keep(self, path: Path, session_token: str) -> str:
        """Keep a file that was worked on for its login; return the word it is asked for by."""
        word = new_token()
        path.replace(_made(self._kept) / _name(word, session_token))
        self.sweep()
        return word

    @contextmanager
    def taken(self, word: str, session_token: str) -> Iterator[Path]:
        """Give out a kept file for the last time.

        Raises:
            UploadGoneError: there is none by that word for this login.
        """
        path = self.fresh()
        try:
            (self._kept / _name(word, session_token)).replace(path)
        except FileNotFoundError:
            raise UploadGoneError(
                "the previewed file is not here any more; choose it again and preview anew"
            ) from None
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove previews that were never imported, and what processes that were killed have left."""
        now = time()
        for place, (written, path) in enumerate(_newest_first(self._kept), start=1):
            if place > MOST_KEPT or written < now - KEPT_SECONDS:
                path.unlink(missing_ok=True)
        for written, path in _newest_first(self._passing):
            if written < now - LEFT_SECONDS:
                path.unlink(missing_ok=True)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _newest_first(folder: Path) -> list[tuple[float, Path]]:
    if not folder.exists():
        return []
    return sorted(((_written(path), path) for path in folder.iterdir()), reverse=True)


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # Another thread was done with it.
        return time()


def _name(word: str, session_token: str) -> str:
    # Follows from the login's secret, so that nobody else's word leads to it, whatever it holds.
    return sha256(f"{session_token} {word}".encode()).hexdigest()
