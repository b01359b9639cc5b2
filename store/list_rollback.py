"""Bringing a number list back to what it was right after an earlier version's release."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, insert, literal, select, update

from contracts.errors import BadInputError, ConflictError
from store.cleared_numbers import is_kept_off
from store.list_impact import measure_impact
from store.list_import import Order, begin_version, finish_version
from store.list_schema import list_entries, list_removals, list_versions
from store.list_version import Version, VersionState
from store.list_versions import find_version
from store.lists import ListRow, list_row
from store.unit_of_work import SqlStore

_COUNTED = {"preserve_rowcount": True}
_COPIED = (
    "list_n",
    "tag_n",
    "kind",
    "low",
    "high",
    "evidence",
    "note",
    "valid_from",
    "expires_at",
    "review_at",
)


def rollback(store: SqlStore, n: int, *, by: str, list_name: str | None = None) -> Version:
    """Prepare a version that makes a list what it was right after version `n`; it awaits its release.

    Version 0 of a list, which must be named then, is the empty list it was in the beginning. Numbers that a
    removal request has cleared stay off; the version's origin says how many.

    Raises:
        NotFoundError: there is no such version or list.
        BadInputError: version 0 was asked for without a list.
        ConflictError: the version was never released, the list is as it was then, or not all of it is kept.
    """
    with store.writing() as connection:
        into, release_n = _target(connection, n, list_name)
        now = store.now(connection)
        order = Order(by, f"rollback of {into.list.version} to {n}")
        new = begin_version(connection, into, now, order)
        connection.execute(update(list_versions).where(list_versions.c.n == new).values(restores=n))
        later = _later_versions(into, release_n)
        _check_kept(connection, into, later, n)
        ended = _end_later(connection, new, later)
        then = _ended(later, release_n)
        kept_off = _count(connection, then.where(is_kept_off(into)))
        copied = _copy(connection, new, then.where(~is_kept_off(into)))
        changed = _changed(connection, new)
        if not ended + copied:
            raise ConflictError(f"list {into.list.name}: nothing has changed since version {n}")
        values: dict[str, object] = {
            "added": copied - changed,
            "changed": changed,
            "expired": ended - changed,
        }
        if kept_off:
            values["origin"] = f"{order.origin} without {kept_off} cleared numbers"
        impact = measure_impact(connection, new, copied + ended - changed, now)
        return finish_version(connection, new, {**values, "impact": impact})


def _target(connection: Connection, n: int, list_name: str | None) -> tuple[ListRow, int]:
    if n == 0:
        if list_name is None:
            raise BadInputError("version 0 is the beginning of every list; say of which")
        return list_row(connection, list_name), 0
    version = find_version(connection, n)
    if version.state is not VersionState.RELEASED or version.release_n is None:
        raise ConflictError(f"version {n} is {version.state}; only a released one can be gone back to")
    if list_name not in {None, version.list}:
        raise BadInputError(f"version {n} is one of the list {version.list}, not of {list_name}")
    return list_row(connection, version.list), version.release_n


def _later_versions(into: ListRow, release_n: int) -> Select[Any]:
    table = list_versions.c
    return select(table.n).where(table.list_n == into.n, table.release_n > release_n)


def _check_kept(connection: Connection, into: ListRow, later: Select[Any], n: int) -> None:
    # What versions ended long ago is purged; their counts stay.
    table, removals = list_versions.c, list_removals.c
    counted = select(func.sum(table.changed + table.expired)).where(table.n.in_(later))
    ended = connection.execute(counted).scalar_one() or 0
    kept = select(func.count()).select_from(list_removals).where(removals.version_n.in_(later))
    if connection.execute(kept).scalar_one() < ended:
        raise ConflictError(
            f"list {into.list.name}: not all that was in force at version {n} is kept; go back to a later one"
        )


def _end_later(connection: Connection, new: int, later: Select[Any]) -> int:
    table = list_entries.c
    still = select(literal(new), table.n).where(
        table.version_n.in_(later), table.since.is_not(None), table.until.is_(None)
    )
    statement = insert(list_removals).from_select(["version_n", "entry_n"], still)
    return connection.execute(statement, execution_options=_COUNTED).rowcount


def _ended(later: Select[Any], release_n: int) -> Select[Any]:
    """Select the entries in force after a release that later versions have ended."""
    table = list_entries.c
    gone = select(list_removals.c.entry_n).where(list_removals.c.version_n.in_(later))
    return select(*(table[name] for name in _COPIED)).where(
        table.n.in_(gone), table.since <= release_n, table.until > release_n
    )


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())


def _copy(connection: Connection, new: int, then: Select[Any]) -> int:
    statement = insert(list_entries).from_select([*_COPIED, "version_n"], then.add_columns(literal(new)))
    return connection.execute(statement, execution_options=_COUNTED).rowcount


def _changed(connection: Connection, new: int) -> int:
    """Count the patterns that the version both ends and writes again."""
    copy, old = list_entries.alias("copy").c, list_entries.alias("old").c
    query = (
        select(func.count())
        .where(copy.version_n == new, list_removals.c.version_n == new, list_removals.c.entry_n == old.n)
        .where(copy.list_n == old.list_n, copy.low == old.low, copy.high == old.high, copy.kind == old.kind)
        # What a pending version ends is in force: said here for the index that holds only that.
        .where(old.since.is_not(None), old.until.is_(None))
    )
    return int(connection.execute(query).scalar_one())
