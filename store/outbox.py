"""The outbox as the live feed reads it: committed events by growing sequence numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from store import schema
from store.row import value_of
from store.unit_of_work import SqlStore


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """One committed event; it holds ids, never text or numbers of people."""

    sequence: int
    at: datetime
    kind: str
    """For example call_started, alert_raised, attempt_ended, visit_ordered, case_opened."""
    refs: dict[str, str]
    """call_id, alert_id, warning_id, attempt_id, case_id, resident_id as far as they apply; and stable
    words such as outcome, level, scam_type."""


def read_after(store: SqlStore, sequence: int, limit: int = 100) -> tuple[OutboxEvent, ...]:
    """Return the events after a sequence number, in order; a number once passed never fills in later."""
    table = schema.outbox
    query = select(table).where(table.c.sequence > sequence).order_by(table.c.sequence).limit(limit)
    with store.reading() as connection:
        return tuple(value_of(OutboxEvent, row) for row in connection.execute(query).mappings())


def kinds_after(store: SqlStore, sequence: int) -> tuple[int, frozenset[str]]:
    """Return the newest sequence number, at least the one given, and the kinds of the events after it."""
    table = schema.outbox
    query = select(table.c.kind, func.max(table.c.sequence)).where(table.c.sequence > sequence)
    with store.reading() as connection:
        rows = connection.execute(query.group_by(table.c.kind)).all()
    return max((last for _, last in rows), default=sequence), frozenset(kind for kind, _ in rows)


def latest(store: SqlStore) -> int:
    """Return the newest sequence number; 0 where there is none."""
    with store.reading() as connection:
        return connection.execute(select(func.max(schema.outbox.c.sequence))).scalar_one() or 0
