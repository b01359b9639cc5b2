"""The due-work loop: moves every warning whose time has come, at most every half second."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import structlog

from casework.due import step
from casework.ports import UnitOfWorkFactory

PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
ROWS_AT_ONCE = 100

log = structlog.get_logger(__name__)


def _no_count(_moved: int) -> None:
    """Count nothing."""


class DueWork:
    """Runs on a thread of the api process or in a process of its own; claims keep several loops apart.

    Nothing is lost while it stands still: due rows wait in the database (R9).
    """

    def __init__(self, begin: UnitOfWorkFactory, moved: Callable[[int], None] = _no_count) -> None:
        self._begin = begin
        self._moved = moved
        self._pause = PAUSE_SECONDS
        self.failing = ""
        """Name of the error the last step met; empty while all is well."""

    def run_forever(self, stop: Event) -> None:
        """Step until stopped; after a failure the pause doubles, at most to 10 s, and the log names it."""
        while not stop.wait(self._pause):
            try:
                moved = step(self._begin, ROWS_AT_ONCE)
            except Exception as error:  # noqa: BLE001 (no fault may end the loop: every deadline hangs on it)
                self.failing = type(error).__name__
                # No traceback: the database's errors quote its rows.
                log.error("due_work_failed", error=self.failing, pause_seconds=self._pause)  # noqa: TRY400
                self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                self._pause, self.failing = PAUSE_SECONDS, ""
                self._moved(moved)
