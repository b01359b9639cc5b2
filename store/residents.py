"""Residents in the database: import, and who is enrolled."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Executable, bindparam, insert, select, update
from sqlalchemy.sql.elements import BindParameter

from casework.resident import Resident
from contracts.node_api import Enrolment
from store import schema
from store.batch import batches
from store.resident_rows import resident_of, resident_row
from store.revision import ENROLMENTS, change_revision, lock_revision
from store.unit_of_work import SqlStore


def import_residents(store: SqlStore, residents: Iterable[Resident]) -> int:
    """Add or replace residents by id, all or none; return how many were given.

    Those who have not changed are not written, so that alerts for them need not wait for the import.

    Raises:
        ConflictError: two residents share a number; nothing was changed.
    """
    given = 0
    with store.writing() as connection:
        # Another import must not change what this one has read.
        lock_revision(connection, ENROLMENTS)
        for batch in batches(residents):
            given += len(batch)
            _replace(connection, {resident.id: resident for resident in batch})
    return given


def residents_by_number(store: SqlStore) -> dict[str, str]:
    """Return every resident's id by number (E.164), so that an import finds those enrolled already."""
    table = schema.residents
    with store.reading() as connection:
        return {row.number: row.id for row in connection.execute(select(table.c.number, table.c.id))}


def enrolment_of(resident: Resident) -> Enrolment:
    """Return what nodes may know of a resident."""
    return Enrolment(
        resident_id=resident.id,
        number=resident.number.value,
        delivery_route=resident.delivery_route,
        high_risk=resident.high_risk,
    )


def _replace(connection: Connection, residents: dict[str, Resident]) -> None:
    table = schema.residents
    query = select(table).where(table.c.id.in_(residents))
    known = {row["id"]: resident_of(row) for row in connection.execute(query).mappings()}
    # Cases refer to residents: those known are changed in place, never taken out.
    added = [r for r in residents.values() if r.id not in known]
    changed = [
        r for r in residents.values() if r.id in known and resident_row(r) != resident_row(known[r.id])
    ]
    _execute_many(connection, insert(table), added)
    values: dict[str, BindParameter[object]] = {
        column.name: bindparam(f"new_{column.name}") for column in table.columns
    }
    _execute_many(
        connection, update(table).where(table.c.id == bindparam("new_id")).values(values), changed, "new_"
    )
    replaced = [known[resident.id] for resident in changed]
    change_revision(
        connection, ENROLMENTS, map(enrolment_of, replaced), map(enrolment_of, [*added, *changed])
    )


def _execute_many(
    connection: Connection, statement: Executable, residents: list[Resident], prefix: str = ""
) -> None:
    rows = [{f"{prefix}{name}": value for name, value in resident_row(r).items()} for r in residents]
    if rows:
        connection.execute(statement, rows)
