"""Residents in the database: import, count, page."""

from __future__ import annotations

from collections.abc import Iterable

from casework.resident import Resident
from store.unit_of_work import SqlStore


def import_residents(store: SqlStore, residents: Iterable[Resident]) -> int:
    """Add or replace residents by id, all or none; return how many were given.

    Raises:
        ConflictError: two residents share a number; nothing was changed.
    """
    raise NotImplementedError


def count_residents(store: SqlStore) -> int:
    """Return how many residents are enrolled."""
    raise NotImplementedError


def find_resident(store: SqlStore, resident_id: str) -> Resident | None:
    """Return a resident by id."""
    raise NotImplementedError
