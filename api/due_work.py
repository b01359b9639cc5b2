"""The due-work loop: moves every warning whose time has come, at most every half second."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import structlog

from casework.due import DueWorkError, step
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
        """Name of the error that kept the last step from working; empty while it works."""
        self.stuck: tuple[str, ...] = ()
        """Warnings that the last step could not move; it moved all others."""

    def run_forever(self, stop: Event) -> None:
        """Step until stopped; after a failure the pause doubles, at most to 10 s, and the log names it.

        A warning that cannot be moved is no such failure: the others' deadlines must not wait for it.
        """
        while not stop.wait(self._pause):
            try:
                self._done(step(self._begin, ROWS_AT_ONCE))
            except DueWorkError as error:
                self._done(error.moved, error)
            except Exception as error:  # noqa: BLE001 (no fault may end the loop: every deadline hangs on it)
                self.failing = type(error).__name__
                # No traceback: the database's errors quote its rows.
                log.error("due_work_failed", error=self.failing, pause_seconds=self._pause)  # noqa: TRY400
                self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)

    def _done(self, moved: int, error: DueWorkError | None = None) -> None:
        self._pause, self.failing = PAUSE_SECONDS, ""
        stuck = error.warning_ids if error else ()
        if error and set(stuck) != set(self.stuck):
            log.error(
                "warnings_stuck", warnings=list(stuck), code=error.code, error=type(error.__cause__).__name__
            )
        self.stuck = stuck
        self._moved(moved)
