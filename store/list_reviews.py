"""Entries whose review date is past: a person should look whether they still hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from blacklists.importing.moment import time_of
from blacklists.pattern import Pattern
from contracts.verdict import Action
from store.list_rows import described_entries, pattern_of
from store.list_schema import list_entries, number_lists

MOST_DUE = 100
"""Entries shown at once, those due for longest."""


@dataclass(frozen=True, slots=True)
class DueEntry:
    """An entry in force that is to be looked at again."""

    entry: str
    list: str
    pattern: Pattern
    category: str
    action: Action
    shadow: bool
    source: str
    evidence: str
    note: str
    review_at: datetime


def due_entries(
    connection: Connection, now: datetime, list_name: str | None = None, limit: int = MOST_DUE
) -> tuple[DueEntry, ...]:
    """Return the entries in force whose review date is past, those due for longest first."""
    entries, query = list_entries.c, described_entries().where(_due(now))
    if list_name is not None:
        query = query.where(number_lists.c.name == list_name)
    rows = connection.execute(query.order_by(entries.review_at, entries.n).limit(limit))
    return tuple(
        DueEntry(
            entry=str(row.n),
            list=row.list,
            pattern=pattern_of(row.kind, row.low, row.high),
            category=row.category,
            action=row.action,
            shadow=row.shadow,
            source=row.source,
            evidence=row.evidence,
            note=row.note,
            review_at=time_of(row.review_at),
        )
        for row in rows
    )


def count_due(connection: Connection, now: datetime) -> dict[str, int]:
    """Return how many entries of each list are due; lists with none are left out."""
    entries, lists = list_entries.c, number_lists.c
    # Plus 0, or SQLite would take the index that is in the order of the lists, and walk all of it.
    counted = select(entries.list_n, func.count().label("due")).where(_due(now))
    due = counted.group_by(entries.list_n + 0, entries.list_n).subquery()
    query = select(lists.name, due.c.due).join(due, due.c.list_n == lists.n)
    return {row.name: row.due for row in connection.execute(query)}


def _due(now: datetime) -> ColumnElement[bool]:
    entries = list_entries.c
    # The first three are what the index holds.
    dated = and_(entries.since.is_not(None), entries.until.is_(None), entries.review_at.is_not(None))
    return and_(dated, entries.review_at <= int(now.timestamp()))
