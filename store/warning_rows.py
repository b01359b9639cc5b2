"""Warnings and their attempts, in the database; claims keep processes apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from casework.attempt import Attempt
from casework.warning import Phase, ResidentWarning
from store import schema
from store.row import row_of, value_of


class WarningRows:
    """Implements `casework.ports.Warnings`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def add(self, warning: ResidentWarning) -> None:
        """Store a new warning."""
        self._connection.execute(insert(schema.warnings), _row(warning))

    def get(self, warning_id: str) -> ResidentWarning | None:
        """Return a warning, locked."""
        query = select(schema.warnings).where(schema.warnings.c.id == warning_id)
        return next(iter(self._read(query.with_for_update())), None)

    def live_of(self, resident_id: str) -> ResidentWarning | None:
        """Return the resident's one live warning, locked."""
        table = schema.warnings
        query = select(table).where(table.c.resident_id == resident_id, table.c.live)
        return next(iter(self._read(query.with_for_update())), None)

    def save(self, warning: ResidentWarning) -> None:
        """Store a changed warning."""
        where = schema.warnings.c.id == warning.id
        self._connection.execute(update(schema.warnings).where(where).values(_row(warning)))

    def claim_due(self, limit: int, besides: frozenset[str] = frozenset()) -> Sequence[ResidentWarning]:
        """Return due warnings but those named, locked, oldest first."""
        table = schema.warnings
        query = (
            select(table)
            .where(table.c.next_action_at <= self._now, table.c.id.not_in(besides))
            .order_by(table.c.next_action_at)
        )
        return self._read(query.limit(limit).with_for_update(skip_locked=True))

    def claim_leasable(self, limit: int) -> Sequence[ResidentWarning]:
        """Return warnings with a planned attempt, locked, most urgent first."""
        table = schema.warnings
        query = select(table).where(table.c.phase == Phase.DUE)
        query = query.order_by(table.c.meet_by, table.c.level.desc(), table.c.id)
        return self._read(query.limit(limit).with_for_update(skip_locked=True))

    def _read(self, query: Select[Any]) -> list[ResidentWarning]:
        return [value_of(ResidentWarning, row) for row in self._connection.execute(query).mappings()]


class AttemptRows:
    """Implements `casework.ports.Attempts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, attempt: Attempt) -> None:
        """Store a new attempt."""
        self._connection.execute(insert(schema.attempts), row_of(attempt))

    def get(self, attempt_id: str) -> Attempt | None:
        """Return an attempt."""
        query = select(schema.attempts).where(schema.attempts.c.id == attempt_id)
        row = self._connection.execute(query).mappings().first()
        return value_of(Attempt, row) if row else None

    def save(self, attempt: Attempt) -> None:
        """Store a changed attempt."""
        where = schema.attempts.c.id == attempt.id
        self._connection.execute(update(schema.attempts).where(where).values(row_of(attempt)))


def _row(warning: ResidentWarning) -> dict[str, Any]:
    return row_of(warning) | {"next_action_at": warning.next_action_at, "live": warning.is_live}
