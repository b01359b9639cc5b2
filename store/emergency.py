"""Emergency windows: after a resident dialled 110 or 120, all calls to that resident pass for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from contracts.errors import BadInputError, ConflictError, NotFoundError
from contracts.node_api import EmergencyWindow
from contracts.phone import PhoneNumber
from store import schema
from store.report_schema import emergency_windows
from store.row import row_of, value_of
from store.unit_of_work import OutboxRows, SqlStore

EARLIEST_SKEW = timedelta(minutes=5)
"""How far another system's clock may be ahead."""


class BadWindowError(BadInputError):
    """The window would be over already, or begin in the future."""

    code = "emergency.bad_window"


@dataclass(frozen=True, slots=True)
class StoredWindow:
    """One window, as it was opened."""

    id: str
    resident_id: str
    began_at: datetime
    until: datetime
    opened_by: str
    """An account's name, or a node's."""
    ended_by: str | None = None


def open_window(
    store: SqlStore,
    window_id: str,
    number: PhoneNumber,
    *,
    at: datetime | None,
    lasts: timedelta,
    by: str,
) -> StoredWindow:
    """Let every call to the resident pass from `at` (None: now) for `lasts`.

    An open window of the resident is returned under its own id, lengthened where this one ends later.

    Raises:
        NotFoundError: the number is no enrolled resident's.
        BadWindowError: it would be over already, or begins in the future.
    """
    with store.writing() as connection:
        now = store.now(connection)
        began = at or now
        if not now - lasts < began <= now + EARLIEST_SKEW:
            raise BadWindowError(
                f"at: {began.isoformat()} does not fit; give the time of the emergency call,"
                f" within the last {lasts}, or leave it out"
            )
        resident_id = _lock_resident(connection, number)
        known = _open_of(connection, resident_id, now)
        if known and known.until >= began + lasts:
            return known
        if known:
            window = _lengthened(connection, known, began + lasts)
        else:
            window = StoredWindow(window_id, resident_id, began, began + lasts, by)
            connection.execute(insert(emergency_windows), row_of(window))
        _tell(connection, now, "emergency_opened", window)
    return window


def end_window(store: SqlStore, window_id: str, *, by: str) -> None:
    """End a window now, and any other of the same resident.

    Raises:
        NotFoundError: no such window.
        ConflictError: it is over already.
    """
    table = emergency_windows
    with store.writing() as connection:
        now = store.now(connection)
        query = select(table).where(table.c.id == window_id).with_for_update()
        row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFoundError(f"emergency window {window_id}: unknown; take the id it was opened with")
        if row["until"] <= now:
            raise ConflictError(f"emergency window {window_id}: is over; nothing was changed")
        still = (table.c.resident_id == row["resident_id"], table.c.until > now)
        connection.execute(update(table).where(*still).values(until=now, ended_by=by))
        _tell(connection, now, "emergency_ended", value_of(StoredWindow, row))


def open_windows(connection: Connection, now: datetime) -> tuple[EmergencyWindow, ...]:
    """Return one window for each resident who has any open, by resident; the longest counts."""
    table = emergency_windows
    until = func.max(table.c.until, type_=table.c.until.type)
    query = select(table.c.resident_id, until.label("until")).where(table.c.until > now)
    rows = connection.execute(query.group_by(table.c.resident_id).order_by(table.c.resident_id))
    return tuple(EmergencyWindow(resident_id=row.resident_id, until=row.until) for row in rows)


def list_windows(store: SqlStore) -> tuple[StoredWindow, ...]:
    """Return the windows that are open, the newest first."""
    table = emergency_windows
    with store.reading() as connection:
        query = select(table).where(table.c.until > store.now(connection))
        rows = connection.execute(query.order_by(table.c.began_at.desc(), table.c.id)).mappings()
        return tuple(value_of(StoredWindow, row) for row in rows)


def _lock_resident(connection: Connection, number: PhoneNumber) -> str:
    """Return whose number it is; two calls for help must not both be the first."""
    table = schema.residents
    query = select(table.c.id).where(table.c.number == number.value).with_for_update(key_share=True)
    found: str | None = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFoundError("number: is no enrolled resident's; enrol the resident, or check the number")
    return found


def _open_of(connection: Connection, resident_id: str, now: datetime) -> StoredWindow | None:
    table = emergency_windows
    query = select(table).where(table.c.resident_id == resident_id, table.c.until > now)
    row = connection.execute(query.order_by(table.c.until.desc(), table.c.id).limit(1)).mappings().first()
    return value_of(StoredWindow, row) if row else None


def _lengthened(connection: Connection, window: StoredWindow, until: datetime) -> StoredWindow:
    table = emergency_windows
    connection.execute(update(table).where(table.c.id == window.id).values(until=until))
    return replace(window, until=until)


def _tell(connection: Connection, now: datetime, kind: str, window: StoredWindow) -> None:
    outbox = OutboxRows(connection, now)
    outbox.append(kind, {"window_id": window.id, "resident_id": window.resident_id})
    outbox.flush()
