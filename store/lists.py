"""Number lists in the database: import."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from contracts.node_api import ListEntry
from store import schema
from store.batch import batches
from store.revision import LISTS, change_revision
from store.unit_of_work import SqlStore


def import_entries(store: SqlStore, entries: Iterable[ListEntry]) -> int:
    """Add or replace list entries by id, all or none; return how many were given."""
    given = 0
    with store.writing() as connection:
        for batch in batches(entries):
            given += len(batch)
            _replace(connection, {entry.id: entry for entry in batch})
    return given


def entry_of(row: Any) -> ListEntry:  # noqa: ANN401 (any mapping of columns)
    """Return the entry of a row."""
    return ListEntry.model_validate(dict(row))


def _replace(connection: Connection, entries: dict[str, ListEntry]) -> None:
    table = schema.list_entries
    query = select(table).where(table.c.id.in_(entries)).with_for_update()
    old = [entry_of(row) for row in connection.execute(query).mappings()]
    connection.execute(delete(table).where(table.c.id.in_(entries)))
    connection.execute(insert(table), [dict(entry) for entry in entries.values()])
    change_revision(connection, LISTS, old, entries.values())
