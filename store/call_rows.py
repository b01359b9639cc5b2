"""Calls, their notes and operators' orders for them, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from casework.call import Call, CallNote
from contracts.errors import ConflictError, NotFoundError
from contracts.node_api import Command
from store import schema
from store.row import row_of, value_of


class CallRows:
    """Implements `casework.ports.Calls`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, call: Call) -> None:
        """Store a new call."""
        self._connection.execute(insert(schema.calls), row_of(call))

    def get(self, call_id: str) -> Call | None:
        """Return a call, locked."""
        query = select(schema.calls).where(schema.calls.c.id == call_id).with_for_update()
        row = self._connection.execute(query).mappings().first()
        return value_of(Call, row) if row else None

    def save(self, call: Call) -> None:
        """Store a changed call."""
        where = schema.calls.c.id == call.id
        self._connection.execute(update(schema.calls).where(where).values(row_of(call)))

    def note(self, note: CallNote) -> None:
        """Store a note."""
        self._connection.execute(insert(schema.call_notes), row_of(note))


class CommandRows:
    """Implements `casework.ports.Commands`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def add(self, command: Command) -> None:
        """Store an order for a live call."""
        call = CallRows(self._connection).get(command.call_id)
        if call is None:
            raise NotFoundError(f"call {command.call_id}: unknown; choose a call from the list")
        if call.ended_at:
            raise ConflictError(f"call {command.call_id}: is over; nothing can be done to it")
        row = {"id": command.id, "call_id": command.call_id, "kind": command.kind, "created_at": self._now}
        self._connection.execute(insert(schema.commands), row)

    def deliver(self, node: str) -> Sequence[Command]:
        """Return a node's undelivered orders, now delivered."""
        table = schema.commands
        query = (
            select(table)
            .join(schema.calls, schema.calls.c.id == table.c.call_id)
            .where(schema.calls.c.node == node, table.c.delivered_at.is_(None))
            .order_by(table.c.created_at, table.c.id)
            .with_for_update(of=table, skip_locked=True)
        )
        rows = self._connection.execute(query).mappings().all()
        found = [row["id"] for row in rows]
        if found:
            delivered = update(table).where(table.c.id.in_(found)).values(delivered_at=self._now)
            self._connection.execute(delivered)
        return [Command(id=row["id"], kind=row["kind"], call_id=row["call_id"]) for row in rows]
