"""Alerts with evidence and transcript, in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

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
        """Return an alert."""
        return next(iter(self._select(schema.alerts.c.id == alert_id)), None)

    def of_call(self, call_id: str) -> Sequence[Alert]:
        """Return the alerts about a call."""
        return self._select(schema.alerts.c.call_id == call_id)

    def of_warning(self, warning_id: str) -> Sequence[Alert]:
        """Return the alerts that joined a warning, oldest first."""
        return self._select(schema.alerts.c.warning_id == warning_id)

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

    def _select(self, where: ColumnElement[bool]) -> list[Alert]:
        query = select(schema.alerts).where(where).order_by(schema.alerts.c.received_at, schema.alerts.c.id)
        return [value_of(Alert, row) for row in self._connection.execute(query).mappings()]
