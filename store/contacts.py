"""Numbers that residents named as known."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, delete, insert, select

from contracts.errors import NotFoundError
from contracts.phone import PhoneNumber
from store import schema
from store.report_schema import resident_contacts
from store.revision import ENROLMENTS, change_revision, lock_revision
from store.unit_of_work import SqlStore


class _ContactsOf(BaseModel):
    """What one resident's contacts add to the digest of the enrolments."""

    model_config = ConfigDict(frozen=True)

    resident_id: str
    contacts: tuple[str, ...]


def read_contacts(store: SqlStore, resident_id: str) -> tuple[str, ...]:
    """Return a resident's contacts, E.164, sorted.

    Raises:
        NotFoundError: no such resident.
    """
    with store.reading() as connection:
        _check_known(connection, resident_id)
        return _contacts(connection, resident_id)


def replace_contacts(store: SqlStore, resident_id: str, numbers: Sequence[PhoneNumber]) -> tuple[str, ...]:
    """Put these contacts in the place of those before, and return them; nodes get them with the snapshot.

    Raises:
        NotFoundError: no such resident.
    """
    contacts = tuple(sorted({number.value for number in numbers}))
    with store.writing() as connection:
        # First the lock: an import of residents takes it before it touches a row.
        lock_revision(connection, ENROLMENTS)
        _check_known(connection, resident_id)
        before = _contacts(connection, resident_id)
        if contacts != before:
            _replace(connection, resident_id, before, contacts)
    return contacts


def contacts_by_resident(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Return the contacts, E.164 and sorted, of every resident who named any."""
    table = resident_contacts
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(table).order_by(table.c.resident_id, table.c.number)):
        found.setdefault(row.resident_id, []).append(row.number)
    return {resident_id: tuple(numbers) for resident_id, numbers in found.items()}


def _check_known(connection: Connection, resident_id: str) -> None:
    query = select(schema.residents.c.id).where(schema.residents.c.id == resident_id)
    if connection.execute(query).first() is None:
        raise NotFoundError(f"resident {resident_id}: unknown; enrol the resident first")


def _contacts(connection: Connection, resident_id: str) -> tuple[str, ...]:
    table = resident_contacts
    query = select(table.c.number).where(table.c.resident_id == resident_id).order_by(table.c.number)
    return tuple(connection.execute(query).scalars())


def _replace(
    connection: Connection, resident_id: str, before: tuple[str, ...], contacts: tuple[str, ...]
) -> None:
    connection.execute(delete(resident_contacts).where(resident_contacts.c.resident_id == resident_id))
    rows = [{"resident_id": resident_id, "number": number} for number in contacts]
    if rows:
        connection.execute(insert(resident_contacts), rows)
    # Rows of their own in the digest: an import of residents knows nothing of contacts.
    removed = [_ContactsOf(resident_id=resident_id, contacts=before)] if before else []
    added = [_ContactsOf(resident_id=resident_id, contacts=contacts)] if contacts else []
    change_revision(connection, ENROLMENTS, removed, added)
