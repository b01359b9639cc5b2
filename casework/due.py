"""The due work: warnings whose time has come are claimed and moved one step."""

from __future__ import annotations

from casework.consequence import move
from casework.escalation import TimePassed
from casework.ports import UnitOfWorkFactory


def step(begin: UnitOfWorkFactory, limit: int = 100) -> int:
    """Move at most `limit` due warnings, each in its own transaction; return how many were moved."""
    for moved in range(limit):
        with begin() as uow:
            due = uow.warnings.claim_due(1)
            for warning in due:
                move(uow, warning, TimePassed())
        if not due:
            return moved
    return limit
