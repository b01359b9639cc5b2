"""Alerts with evidence and transcript, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, select, update

from casework.alert import Alert
from contracts.evidence import Evidence, Line
from store import schema
from store.row import row_of, value_of


class AlertRows:
    """Implements `casework.ports.Alerts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, alert: Alert) -> None:
        """Store a new alert."""
        self._connection.execute(insert(schema.alerts), row_of(alert))

    def get(self, alert_id: str) -> Alert | None:
        """Return an alert, not locked."""
        return next(iter(self._read(_where(schema.alerts.c.id == alert_id))), None)

    def lock(self, alert_id: str) -> Alert | None:
        """Return an alert, locked."""
        return next(iter(self._read(_where(schema.alerts.c.id == alert_id).with_for_update())), None)

    def of_call(self, call_id: str) -> Sequence[Alert]:
        """Return the alerts about a call."""
        return self._read(_where(schema.alerts.c.call_id == call_id))

    def of_warning(self, warning_id: str) -> Sequence[Alert]:
        """Return the alerts that joined a warning, locked, oldest first."""
        return self._read(_where(schema.alerts.c.warning_id == warning_id).with_for_update())

    def save(self, alert: Alert) -> None:
        """Store a changed alert."""
        where = schema.alerts.c.id == alert.id
        self._connection.execute(update(schema.alerts).where(where).values(row_of(alert)))

    def replace_evidence(self, alert_id: str, evidence: Sequence[Evidence]) -> None:
        """Put this evidence in the place of what was stored before."""
        table = schema.evidence
        self._connection.execute(delete(table).where(table.c.alert_id == alert_id))
        rows = [dict(item) | {"alert_id": alert_id, "n": n} for n, item in enumerate(evidence)]
        if rows:
            self._connection.execute(insert(table), rows)

    def add_lines(self, alert_id: str, lines: Sequence[Line]) -> None:
        """Append to the transcript."""
        rows = [dict(line) | {"alert_id": alert_id} for line in lines]
        if rows:
            self._connection.execute(insert(schema.transcript_lines), rows)

    def _read(self, query: Select[Any]) -> list[Alert]:
        return [value_of(Alert, row) for row in self._connection.execute(query).mappings()]


def _where(condition: ColumnElement[bool]) -> Select[Any]:
    table = schema.alerts
    return select(table).where(condition).order_by(table.c.received_at, table.c.id)
