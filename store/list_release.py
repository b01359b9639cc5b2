"""Putting a prepared version of a number list in force, or discarding it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, exists, or_, select, text, update
from sqlalchemy.exc import IntegrityError

from contracts.errors import ConflictError
from store.cleared_numbers import came_back
from store.crowded_numbers import check_crowds
from store.large_cache import large_cache
from store.list_changes import current_release
from store.list_schema import list_entries, list_removals, list_versions, number_lists
from store.list_version import SecondPersonError, Version, VersionState
from store.list_versions import find_version, lock_pending
from store.lists import ListRow, list_row
from store.second_person import why_another
from store.source_version import check_not_overtaken
from store.unit_of_work import OutboxRows, SqlStore

RELEASED = "list_released"
"""Kind of the outbox event."""
_LOCK = 7_310_962_112
"""Any number nobody else uses for an advisory lock in this database."""
_PORTION = 5_000
_WORTH_COUNTING = 10_000


def release(store: SqlStore, n: int, *, by: str, single_admin: bool = False) -> Version:
    """Put a pending version in force, whole or not at all; it counts as the next release of all lists.

    With `single_admin` whoever prepared it may release it as well.

    Raises:
        NotFoundError: there is no such version.
        ConflictError: it is not pending, or an entry it touches was changed since it was prepared, or a
            number it adds was cleared since.
        OldSourceError: a file of the same source, as new or newer, came in force since it was prepared.
        CrowdedNumberError: it puts more prefixes and ranges over one number than a look-up may walk.
        SecondPersonError: another person than the one who prepared it must release it.
    """
    with store.writing() as connection, large_cache(connection):
        return release_in(connection, store.now(connection), n, by=by, single_admin=single_admin)


def release_in(
    connection: Connection, now: datetime, n: int, *, by: str, single_admin: bool = False
) -> Version:
    """Put a pending version in force within a transaction; as `release`."""
    if connection.dialect.name == "postgresql":
        # Two releases must not take the same number.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    version = lock_pending(connection, n)
    if not single_admin and version.prepared_by == by and (why := why_another(connection, version, now)):
        raise SecondPersonError(f"version {n} was prepared by {by}: {why} is released by another person")
    into = list_row(connection, version.list)
    _check_still_based(into, version)
    check_not_overtaken(connection, into, version)
    release_n = current_release(connection) + 1
    _end_entries(connection, version, release_n)
    _begin_entries(connection, version, release_n)
    _check_cleared(connection, into, version)
    check_crowds(connection, release_n)
    decided = {"state": VersionState.RELEASED, "release_n": release_n, "released_by": by, "released_at": now}
    connection.execute(update(list_versions).where(list_versions.c.n == n).values(decided))
    counted = number_lists.c.entries + version.added - version.expired
    of_list = update(number_lists).where(number_lists.c.n == into.n)
    connection.execute(of_list.values(version=n, entries=counted))
    if connection.dialect.name == "postgresql" and version.entries > _WORTH_COUNTING:
        # Else it plans by the table's old size until it next comes to count it by itself.
        connection.exec_driver_sql("ANALYZE list_entries, list_removals")
    _tell(connection, now, version, release_n)
    return find_version(connection, n)


def discard(store: SqlStore, n: int, *, by: str) -> Version:
    """Give a pending version up; who did so is kept, its rows are not.

    Raises:
        NotFoundError: there is no such version.
        ConflictError: it is not pending.
    """
    with store.writing() as connection:
        lock_pending(connection, n)
        decided = {"released_by": by, "released_at": store.now(connection)}
        discard_in(connection, n, decided)
        version = find_version(connection, n)
    sweep(store)
    return version


def discard_in(connection: Connection, n: int, decided: dict[str, object] | None = None) -> None:
    """Mark a version as discarded; `sweep` takes its rows away."""
    values = {"state": VersionState.DISCARDED, **(decided or {})}
    connection.execute(update(list_versions).where(list_versions.c.n == n).values(values))


def sweep(store: SqlStore) -> None:
    """Take away the rows of discarded versions, in short transactions."""
    table = list_versions.c
    rows_left = or_(
        exists().where(list_entries.c.version_n == table.n),
        exists().where(list_removals.c.version_n == table.n),
    )
    with store.reading() as connection:
        query = select(table.n).where(table.state == VersionState.DISCARDED, rows_left)
        left = connection.execute(query).scalars().all()
    for n in left:
        while _sweep_portion(store, n):
            pass


def _check_still_based(into: ListRow, version: Version) -> None:
    # An import says what to change, and may follow other changes; a rollback says what the list will be.
    if version.restores is not None and into.list.version != version.based_on:
        raise _changed_meanwhile(version)


def _end_entries(connection: Connection, version: Version, release_n: int) -> None:
    ended = select(list_removals.c.entry_n).where(list_removals.c.version_n == version.n)
    statement = update(list_entries).where(list_entries.c.n.in_(ended), list_entries.c.until.is_(None))
    count = connection.execute(statement.values(until=release_n)).rowcount
    if count != version.changed + version.expired:
        raise _changed_meanwhile(version)


def _begin_entries(connection: Connection, version: Version, release_n: int) -> None:
    statement = update(list_entries).where(list_entries.c.version_n == version.n)
    try:
        count = connection.execute(statement.values(since=release_n)).rowcount
    except IntegrityError:  # a pattern stands in the list by now
        raise _changed_meanwhile(version) from None
    if count != version.added + version.changed:
        raise ConflictError(
            f"version {version.n}: its rows are not complete; discard it and prepare it again"
        )


def _check_cleared(connection: Connection, into: ListRow, version: Version) -> None:
    # Imports ask when they are planned; a decision may have come between plan and release.
    if clearance := came_back(connection, into, version.n, version.prepared_at):
        raise ConflictError(
            f"version {version.n}: would bring back a number cleared by {clearance}, after it was prepared;"
            " discard it and prepare it again"
        )


def _changed_meanwhile(version: Version) -> ConflictError:
    return ConflictError(
        f"version {version.n}: the list {version.list} was changed since it was prepared;"
        " discard it and prepare it again"
    )


def _tell(connection: Connection, now: datetime, version: Version, release_n: int) -> None:
    outbox = OutboxRows(connection, now)
    outbox.append(RELEASED, {"list": version.list, "version": str(version.n), "release": str(release_n)})
    outbox.flush()


def _sweep_portion(store: SqlStore, n: int) -> int:
    """Delete some rows of a version; return how many."""
    with store.writing() as connection:
        some = select(list_entries.c.n).where(list_entries.c.version_n == n).limit(_PORTION)
        gone = connection.execute(delete(list_entries).where(list_entries.c.n.in_(some))).rowcount
        removals = list_removals.c
        few = select(removals.entry_n).where(removals.version_n == n).limit(_PORTION)
        of_version = delete(list_removals).where(removals.version_n == n, removals.entry_n.in_(few))
        return gone + connection.execute(of_version).rowcount
