"""The due work: warnings whose time has come are claimed and moved one step."""

from __future__ import annotations

from casework.consequence import move
from casework.escalation import TimePassed
from casework.ports import UnitOfWorkFactory
from contracts.errors import ChangmaoError


class DueWorkError(ChangmaoError):
    """Some warnings could not be moved; all others were. Each is tried again at the next step."""

    code = "casework.due_work"

    def __init__(self, message: str, warning_ids: tuple[str, ...], moved: int) -> None:
        super().__init__(message)
        self.warning_ids = warning_ids
        """Those that could not be moved."""
        self.moved = moved
        """How many others were."""


def step(begin: UnitOfWorkFactory, limit: int = 100) -> int:
    """Move at most `limit` due warnings, each in its own transaction; return how many were moved.

    Raises:
        DueWorkError: a warning could not be moved. It held nobody else's deadline up: the error comes last.
    """
    failed: dict[str, Exception] = {}
    moved = 0
    while moved + len(failed) < limit:
        claimed = ""
        try:
            with begin() as uow:
                due = uow.warnings.claim_due(1, frozenset(failed))
                for warning in due:
                    claimed = warning.id
                    move(uow, warning, TimePassed())
        except Exception as error:
            if not claimed:
                raise
            failed[claimed] = error
            continue
        if not due:
            break
        moved += 1
    if failed:
        raise _error(failed, moved)
    return moved


def _error(failed: dict[str, Exception], moved: int) -> DueWorkError:
    first, cause = next(iter(failed.items()))
    error = DueWorkError(
        f"due work: {len(failed)} warnings could not be moved, first {first} ({type(cause).__name__}); "
        "look at that warning's rows",
        tuple(failed),
        moved,
    )
    error.__cause__ = cause
    return error
