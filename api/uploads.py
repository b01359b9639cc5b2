"""List files sent to the api: written to the disk as they come, kept a while between preview and import."""

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
"""Beyond that the oldest goes first."""


class UploadGoneError(NotFoundError):
    """A previewed file is here no more: imported, too old, or sent to another process."""

    code = "lists.upload_gone"


class Uploads:
    """A folder of list files for the service alone; a kept file belongs to the login that sent it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @asynccontextmanager
    async def received(self, body: AsyncIterator[bytes]) -> AsyncIterator[Path]:
        """Write a request's body to a file for as long as it is worked on."""
        path = await run_in_threadpool(self.fresh)
        try:
            with await run_in_threadpool(path.open, "wb") as file:
                async for block in body:
                    await run_in_threadpool(file.write, block)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def fresh(self) -> Path:
        """Return where a new file may be written; whoever writes it removes it."""
        return self._new(new_token())

    def keep(self, file: BinaryIO, session_token: str) -> str:
        """Keep a file for its login; return the word it is asked for by."""
        word = new_token()
        with self._new(_name(word, session_token)).open("wb") as kept:
            copyfileobj(file, kept)
        return word

    def path_of(self, word: str, session_token: str) -> Path:
        """Return a kept file.

        Raises:
            UploadGoneError: there is none by that word for this login.
        """
        path = self._folder / _name(word, session_token)
        if not path.exists():
            raise UploadGoneError("the previewed file is not here any more; choose it again and preview anew")
        return path

    @contextmanager
    def taken(self, word: str, session_token: str) -> Iterator[Path]:
        """Give out a kept file for the last time; errors as `path_of`."""
        path = self.path_of(word, session_token)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _new(self, name: str) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        return self._folder / name

    def _sweep(self) -> None:
        """Remove what was forgotten: previews never imported, files of a process that was killed."""
        files = sorted(((_written(path), path) for path in self._folder.iterdir()), reverse=True)
        oldest = time() - KEPT_SECONDS
        for place, (written, path) in enumerate(files, start=1):
            if place >= MOST_KEPT or written < oldest:
                path.unlink(missing_ok=True)


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # Another thread was done with it.
        return 0.0


def _name(word: str, session_token: str) -> str:
    # Follows from the login's secret, so that nobody else's word leads to it, whatever it holds.
    return sha256(f"{session_token} {word}".encode()).hexdigest()
