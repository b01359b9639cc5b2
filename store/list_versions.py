"""Versions of number lists in the database: which there are, and finding one by its number."""

from __future__ import annotations

from sqlalchemy import Connection, Select, select

from contracts.errors import ConflictError, NotFoundError
from store.list_schema import list_versions, number_lists
from store.list_version import Version, VersionState
from store.row import value_of

MOST_VERSIONS = 100
"""Versions shown at once, the newest first."""
MOST_PENDING = 1_000
"""Versions that await their release and are shown besides."""


def find_version(connection: Connection, n: int) -> Version:
    """Return a version.

    Raises:
        NotFoundError: there is none of that number.
    """
    row = connection.execute(_versions().where(list_versions.c.n == n)).mappings().first()
    if row is None:
        raise NotFoundError(f"version {n}: unknown; `changmao lists versions` shows those there are")
    return value_of(Version, row)


def lock_pending(connection: Connection, n: int) -> Version:
    """Return a version that awaits its release, and keep others from deciding on it until the commit.

    Raises:
        NotFoundError: there is none of that number.
        ConflictError: it is being written, was released or was discarded.
    """
    connection.execute(select(list_versions.c.n).where(list_versions.c.n == n).with_for_update())
    version = find_version(connection, n)
    if version.state is not VersionState.PENDING:
        raise ConflictError(f"version {n} is {version.state}, not pending; prepare another")
    return version


def versions(connection: Connection, list_name: str | None = None) -> tuple[Version, ...]:
    """Return the latest versions, of one list or of all, and any older that await their release.

    The newest first; not those being written.
    """
    query = _versions().where(list_versions.c.state != VersionState.PLANNING)
    if list_name is not None:
        query = query.where(number_lists.c.name == list_name)
    in_order = query.order_by(list_versions.c.n.desc())
    latest = _read(connection, in_order.limit(MOST_VERSIONS))
    if len(latest) < MOST_VERSIONS:
        return latest
    older = in_order.where(list_versions.c.state == VersionState.PENDING, list_versions.c.n < latest[-1].n)
    return latest + _read(connection, older.limit(MOST_PENDING))


def _read(connection: Connection, query: Select[tuple[object, ...]]) -> tuple[Version, ...]:
    return tuple(value_of(Version, row) for row in connection.execute(query).mappings())


def _versions() -> Select[tuple[object, ...]]:
    joined = list_versions.join(number_lists, number_lists.c.n == list_versions.c.list_n)
    return select(list_versions, number_lists.c.name.label("list")).select_from(joined)
