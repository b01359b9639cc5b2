"""Number lists in the database: import, count, version."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from contracts.node_api import ListEntry
from store import schema
from store.batch import batches
from store.revision import LISTS, change_revision, read_revision
from store.unit_of_work import SqlStore


def import_entries(store: SqlStore, entries: Iterable[ListEntry]) -> int:
    """Add or replace list entries by id, all or none; return how many were given."""
    given = 0
    with store.writing() as connection:
        for batch in batches(entries):
            given += len(batch)
            _replace(connection, {entry.id: entry for entry in batch})
    return given


def count_entries(store: SqlStore) -> dict[str, int]:
    """Return the number of entries of each list."""
    table = schema.list_entries
    query = select(table.c.list, func.count().label("entries")).group_by(table.c.list).order_by(table.c.list)
    with store.reading() as connection:
        return {row.list: row.entries for row in connection.execute(query)}


def remove_list(store: SqlStore, name: str) -> int:
    """Remove a list's entries; return how many there were."""
    table = schema.list_entries
    with store.writing() as connection:
        query = select(table).where(table.c.list == name).with_for_update()
        removed = [entry_of(row) for row in connection.execute(query).mappings()]
        connection.execute(delete(table).where(table.c.list == name))
        change_revision(connection, LISTS, removed, [])
    return len(removed)


def list_version(store: SqlStore) -> str:
    """Return the version of all lists together; it changes when and only when an entry does."""
    with store.reading() as connection:
        return read_revision(connection, LISTS)


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
