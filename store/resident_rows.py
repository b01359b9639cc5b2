"""Residents and taken events as a unit of work sees them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from casework.resident import Resident
from contracts.phone import PhoneNumber
from store import schema
from store.insertion import insert_new
from store.row import row_of, value_of


class ResidentRows:
    """Implements `casework.ports.Residents`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, resident_id: str) -> Resident | None:
        """Return a resident."""
        query = select(schema.residents).where(schema.residents.c.id == resident_id)
        row = self._connection.execute(query).mappings().first()
        return resident_of(row) if row else None

    def lock(self, resident_id: str) -> Resident | None:
        """Return a resident; rows that merely refer to it may still be written by others."""
        query = select(schema.residents).where(schema.residents.c.id == resident_id)
        row = self._connection.execute(query.with_for_update(key_share=True)).mappings().first()
        return resident_of(row) if row else None


class TakenEventRows:
    """Implements `casework.ports.TakenEvents`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def add(self, event_id: str, node: str) -> bool:
        """Remember an id; a second writer of the same id waits for the first one's commit."""
        row = {"id": event_id, "node": node, "taken_at": self._now}
        statement = insert_new(self._connection, schema.taken_events).values(row)
        # The row it returns is the proof: not every driver counts the rows of an insert.
        new = self._connection.execute(statement.returning(schema.taken_events.c.id))
        return new.first() is not None


def resident_of(row: Mapping[Any, Any]) -> Resident:
    """Return the resident of a row."""
    number = PhoneNumber(row["number"], row["number_kind"], row["number"])
    return value_of(Resident, dict(row) | {"number": number})


def resident_row(resident: Resident) -> dict[str, Any]:
    """Return the row of a resident."""
    number = resident.number
    return row_of(resident) | {"number": number.value, "number_kind": number.kind}
