"""Forgetting what the number lists need no more: entries long ended, old reports, requests long answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Table, delete, exists, func, or_, select

from blacklists.reputation import FORGOTTEN_AFTER
from store.import_lines import flagged_lines, rejected_lines
from store.list_schema import list_entries, list_removals, list_versions
from store.list_version import VersionState
from store.report_schema import number_reports, number_reviews, removal_requests
from store.unit_of_work import OutboxRows, SqlStore

MOST_ROWS = 1_000
"""Rows that one transaction takes away: others write to the same database meanwhile."""
MOST_PORTIONS = 100
"""Versions of one run, and transactions for each of them and for each table; the next run goes on."""
KEPT_VERSIONS = 10
"""Of every list so many released versions can be rolled back to, however old they are."""
PURGED = "lists_purged"
"""Kind of the outbox event that proves it, with the counts."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows are gone."""

    entries: int
    versions: int
    """Versions, and the lines that their imports rejected or flagged."""
    reports: int
    """Reports and reviews."""
    requests: int


def purge(store: SqlStore, keep: timedelta) -> Purged:
    """Take away what is over for longer than `keep`, in portions; safe beside others that do the same.

    Entries that a release ended go where no rollback to the last KEPT_VERSIONS versions needs them. Versions
    without entries go where they were discarded, or come before those and ended nothing: one that ended
    entries tells a rollback further back that it cannot be whole. Reports stay as long as they count. Open
    requests, pending versions and what keeps a cleared number off the lists stay.
    """
    with store.reading() as connection:
        before = store.now(connection) - keep
        settled = _settled_versions(connection, before)
    forgotten = before - max(FORGOTTEN_AFTER - keep, timedelta(0))
    answered = removal_requests.c.decided_at < before
    purged = Purged(
        entries=sum(_in_portions(store, partial(_purge_entries, version_n=n)) for n in settled),
        versions=_in_portions(store, partial(_purge_versions, before=before)),
        reports=_purge_rows(store, number_reports, number_reports.c.reported_at < forgotten)
        + _purge_rows(store, number_reviews, number_reviews.c.decided_at < forgotten),
        requests=_purge_rows(store, removal_requests, answered),
    )
    _prove(store, purged)
    return purged


def _in_portions(store: SqlStore, portion: Callable[[Connection], int]) -> int:
    gone = 0
    for _ in range(MOST_PORTIONS):
        with store.writing() as connection:
            count = portion(connection)
        if not count:
            break
        gone += count
    return gone


def _purge_rows(store: SqlStore, table: Table, which: ColumnElement[bool]) -> int:
    def portion(connection: Connection) -> int:
        some = select(table.c.id).where(which).limit(MOST_ROWS)
        return connection.execute(delete(table).where(table.c.id.in_(some))).rowcount

    return _in_portions(store, portion)


def _settled_versions(connection: Connection, before: datetime) -> list[int]:
    """Return versions released before a time that ended entries and that no rollback to a kept one undoes."""
    table = list_versions.c
    ended = exists().where(list_removals.c.version_n == table.n)
    # Going back to the oldest of those kept undoes all after it, not itself.
    old = select(table.n).where(table.released_at < before, _later_releases() >= KEPT_VERSIONS - 1, ended)
    return list(connection.execute(old.order_by(table.release_n).limit(MOST_PORTIONS)).scalars())


def _later_releases() -> ScalarSelect[int]:
    """Count the versions of the same list released after one."""
    later = list_versions.alias("later").c
    after = select(func.count()).where(
        later.list_n == list_versions.c.list_n, later.release_n > list_versions.c.release_n
    )
    return after.scalar_subquery()


def _purge_entries(connection: Connection, version_n: int) -> int:
    removals = list_removals.c
    query = select(removals.entry_n).where(removals.version_n == version_n).limit(MOST_ROWS // 2)
    ended = list(connection.execute(query).scalars())
    connection.execute(delete(list_entries).where(list_entries.c.n.in_(ended)))
    of_version = delete(list_removals).where(removals.version_n == version_n, removals.entry_n.in_(ended))
    return connection.execute(of_version).rowcount


def _purge_versions(connection: Connection, before: datetime) -> int:
    table = list_versions.c
    has_rows = or_(
        exists().where(list_entries.c.version_n == table.n),
        exists().where(list_removals.c.version_n == table.n),
    )
    given_up = (table.state == VersionState.DISCARDED) & (table.prepared_at < before)
    superseded = (
        (table.state == VersionState.RELEASED)
        & (table.released_at < before)
        & (table.changed + table.expired == 0)
        & (_later_releases() >= KEPT_VERSIONS)
    )
    query = select(table.n).where(or_(given_up, superseded), ~has_rows).limit(1)
    gone = list(connection.execute(query).scalars())
    # A version has as many lines of a kind as a transaction may take away: it goes with the next.
    for lines in (rejected_lines, flagged_lines):
        if count := connection.execute(delete(lines).where(lines.c.version_n.in_(gone))).rowcount:
            return count
    return connection.execute(delete(list_versions).where(table.n.in_(gone))).rowcount


def _prove(store: SqlStore, purged: Purged) -> None:
    counts: dict[str, Any] = asdict(purged)
    if not any(counts.values()):
        return
    with store.writing() as connection:
        outbox = OutboxRows(connection, store.now(connection))
        outbox.append(PURGED, {name: str(count) for name, count in counts.items()})
        outbox.flush()
