"""What came from the api, kept on disk for the next start."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import structlog
from pydantic import ValidationError

from contracts.errors import ChangmaoError
from contracts.validation import problem_of

_Read = TypeVar("_Read")
_log = structlog.get_logger(__name__)


class KeptFile:
    """The last good answer of one kind. Its methods block; a disk that fails costs no call."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, read: Callable[[bytes], _Read]) -> _Read | None:
        """Return what is kept; None where there is nothing, or nothing that can be used."""
        if not self._path.exists():
            return None
        try:
            return read(self._path.read_bytes())
        except (OSError, ValidationError, ChangmaoError) as error:
            detail = problem_of(error) if isinstance(error, ValidationError) else str(error)
            _log.error("file on disk cannot be used", file=str(self._path), error=detail)
            return None

    def keep(self, body: bytes) -> None:
        """Put it in the place of the one before, whole also after a power cut."""
        beside = self._path.with_suffix(".new")
        try:
            beside.touch(mode=0o600)
            with beside.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
            _sync_folder(self._path.parent)
        except OSError as error:
            _log.error(
                "not kept for the next start; it is in force all the same, make room on the disk",
                file=str(self._path),
                error=error.strerror,
            )
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Without this the new name may be lost with the power, although the content is there."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
