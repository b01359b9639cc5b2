"""How old a compiled list file is, by what the database has seen since it was made."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, exists, select

from store import schema
from store.database_id import database_id, read_database_id
from store.list_changes import changes_since
from store.list_schema import list_versions
from store.unit_of_work import SqlStore


class FileMark(NamedTuple):
    """When a list file was made, and what tells that it came from this database."""

    database: str
    """Name of the database it was made from."""
    release: int
    released_at: datetime | None
    """When its newest release was released; None where it is older than the first."""
    made_at: datetime


class FileAge(NamedTuple):
    """What has happened since a list file was made."""

    ours: bool
    """It was made from this database, and from no state that a backup has undone since."""
    changes: int
    """Entries added and removed since."""
    called: bool
    """Calls were taken since: who is familiar to whom may have changed."""
    hours: float


def mark_file(store: SqlStore, release: int, made_at: datetime) -> FileMark:
    """Return the mark of a file made now; errors as `database_id`."""
    name = database_id(store)
    with store.reading() as connection:
        return FileMark(name, release, _released_at(connection, release), made_at)


def file_age(store: SqlStore, mark: FileMark) -> FileAge:
    """Return what has happened since a file was marked."""
    calls = schema.calls
    with store.reading() as connection:
        since = store.now(connection) - mark.made_at
        return FileAge(
            ours=_is_ours(connection, mark),
            changes=changes_since(connection, mark.release),
            called=bool(connection.scalar(select(exists().where(calls.c.started_at > mark.made_at)))),
            hours=since.total_seconds() / 3600,
        )


def _is_ours(connection: Connection, mark: FileMark) -> bool:
    # Before the first release all databases look alike, but for their names.
    same = read_database_id(connection) == mark.database
    return same and _released_at(connection, mark.release) == mark.released_at


def _released_at(connection: Connection, release: int) -> datetime | None:
    versions = list_versions
    query = select(versions.c.released_at).where(versions.c.release_n == release)
    return connection.execute(query).scalar_one_or_none()
