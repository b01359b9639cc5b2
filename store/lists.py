"""Number lists in the database: import, count, version."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.node_api import ListEntry
from store.unit_of_work import SqlStore


def import_entries(store: SqlStore, entries: Iterable[ListEntry]) -> int:
    """Add or replace list entries by id, all or none; return how many were given."""
    raise NotImplementedError


def count_entries(store: SqlStore) -> dict[str, int]:
    """Return the number of entries of each list."""
    raise NotImplementedError


def remove_list(store: SqlStore, name: str) -> int:
    """Remove a list's entries; return how many there were."""
    raise NotImplementedError


def list_version(store: SqlStore) -> str:
    """Return the version of all lists together; it changes with every import or removal of entries."""
    raise NotImplementedError
