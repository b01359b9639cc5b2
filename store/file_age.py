"""How old a compiled list file is, by what the database has seen since it was made."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, exists, select

from store import schema
from store.list_changes import changes_since
from store.list_schema import list_versions
from store.unit_of_work import SqlStore


class FileMark(NamedTuple):
    """When a list file was made, and what tells that it came from this database."""

    release: int
    released_at: datetime | None
    """When its newest release was released; None where it is older than the first."""
    made_at: datetime


class FileAge(NamedTuple):
    """What has happened since a list file was made."""

    ours: bool
    """The release it was made at is one of this database, and not of one before it in the same place."""
    changes: int
    """Entries added and removed since."""
    called: bool
    """Calls were taken since: who is familiar to whom may have changed."""
    hours: float


def mark_file(store: SqlStore, release: int, made_at: datetime) -> FileMark:
    """Return the mark of a file made now."""
    with store.reading() as connection:
        return FileMark(release, _released_at(connection, release), made_at)


def file_age(store: SqlStore, mark: FileMark) -> FileAge:
    """Return what has happened since a file was marked."""
    calls = schema.calls
    with store.reading() as connection:
        since = store.now(connection) - mark.made_at
        return FileAge(
            ours=_released_at(connection, mark.release) == mark.released_at,
            changes=changes_since(connection, mark.release),
            called=bool(connection.scalar(select(exists().where(calls.c.started_at > mark.made_at)))),
            hours=since.total_seconds() / 3600,
        )


def _released_at(connection: Connection, release: int) -> datetime | None:
    versions = list_versions
    query = select(versions.c.released_at).where(versions.c.release_n == release)
    return connection.execute(query).scalar_one_or_none()
