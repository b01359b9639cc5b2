"""Importing a source into a number list: planned, written beside what is in force, never half."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, insert, select, update

from blacklists.importing.change import Change
from blacklists.importing.plan import ImportPlan, plan_import
from blacklists.importing.row import ImportRow, Rejected
from contracts.errors import ConflictError
from store.cleared_numbers import read_cleared
from store.import_lines import FirstRejected, keep_lines
from store.list_impact import measure_impact
from store.list_known import known_in
from store.list_release import discard_in, sweep
from store.list_rows import Tags, write_rows
from store.list_schema import list_versions
from store.list_version import Version, VersionState
from store.list_versions import find_version
from store.lists import ListRow, list_row
from store.source_version import check_newer
from store.unit_of_work import SqlStore

ABANDONED_AFTER = timedelta(hours=1)
"""A version that is being written for longer has lost whoever wrote it."""
_COUNTS = ("added", "changed", "expired", "rejected", "flagged")
_ROWS = 10_000
"""Changes after which a transaction ends: others write to the same database meanwhile."""


class Rows(Protocol):
    """What an import reads; `blacklists.importing.source.Source` is one."""

    @property
    def source_version(self) -> int | None:
        """The version the source gives its data; known once all rows were read."""
        ...

    def rows(self) -> Iterator[ImportRow | Rejected]:
        """Return the lines in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """Who imports what."""

    by: str
    """Account name."""
    origin: str
    """Where the rows come from: a file's name."""
    sha256: str | None = None
    """Of the file."""
    older: bool = False
    """Take a file that is not newer than the one of its source that the list holds."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an import would change, and the version that awaits its release."""

    plan: ImportPlan
    version: Version | None
    """None where nothing changes."""


def dry_run(
    store: SqlStore,
    list_name: str,
    source: Rows,
    rejects: Callable[[Rejected], None],
    *,
    older: bool = False,
) -> ImportPlan:
    """Return what an import would change; nothing is written. `older` as in an Order.

    Raises:
        NotFoundError: there is no such list.
        OldSourceError: the file is not newer than the one of its source that the list holds.
    """
    with store.reading() as connection:
        into, now = list_row(connection, list_name), store.now(connection)
        cleared = read_cleared(connection, into.list.kind)
    plan = ImportPlan()
    with known_in(store, into.n) as known:
        for _ in plan_import(source.rows(), known, now, plan, rejects, cleared):
            pass
    if not older:
        with store.reading() as connection:
            check_newer(connection, into, source.source_version)
    return plan


def prepare_import(
    store: SqlStore, list_name: str, source: Rows, order: Order, rejects: Callable[[Rejected], None]
) -> Prepared:
    """Write a version that awaits its release, with the first lines rejected and all that is odd.

    No list has changed till then.

    Raises:
        NotFoundError: there is no such list.
        ConflictError: another import of this list began meanwhile; only that one goes on.
        OldSourceError: the file is not newer than the one of its source that the list holds.
    """
    with store.writing() as connection:
        into, now = list_row(connection, list_name), store.now(connection)
        cleared = read_cleared(connection, into.list.kind)
        _abandon(connection, into, now)
    sweep(store)
    plan = ImportPlan()
    writer = _Writer(store, into, order)
    first = FirstRejected(rejects)
    try:
        with known_in(store, into.n) as known:
            for portion in _portions(plan_import(source.rows(), known, now, plan, first, cleared)):
                writer.write(portion)
        # A source may name its version after all its numbers.
        if not order.older:
            with store.reading() as connection:
                check_newer(connection, into, source.source_version)
        return Prepared(plan, writer.finish(plan, source.source_version, first.lines))
    except BaseException:
        writer.give_up()
        raise


def begin_version(connection: Connection, into: ListRow, now: datetime, order: Order) -> int:
    """Write the row of a version whose entries follow; return its number."""
    counts = dict.fromkeys(_COUNTS, 0)
    values = {
        "list_n": into.n,
        "state": VersionState.PLANNING,
        "based_on": into.list.version,
        "origin": order.origin[:255],
        "file_sha256": order.sha256,
        "prepared_by": order.by,
        "prepared_at": now,
        **counts,
    }
    written = connection.execute(insert(list_versions).values(values).returning(list_versions.c.n))
    return int(written.scalar_one())


def finish_version(connection: Connection, n: int, values: dict[str, object]) -> Version:
    """Let a version whose rows are written await its release, with the columns given: counts, impact."""
    table = list_versions
    statement = update(table).where(table.c.n == n, table.c.state == VersionState.PLANNING)
    if not connection.execute(statement.values(state=VersionState.PENDING, **values)).rowcount:
        raise _taken_over(n)
    return find_version(connection, n)


class _Writer:
    """One version, from its first rows to its last."""

    def __init__(self, store: SqlStore, into: ListRow, order: Order) -> None:
        self._store = store
        self._into = into
        self._order = order
        self._tags = Tags(into.n)
        self._n: int | None = None

    def write(self, changes: Sequence[Change]) -> None:
        with self._store.writing() as connection:
            if self._n is None:
                n = begin_version(connection, self._into, self._store.now(connection), self._order)
            else:
                n = self._n
                _check_planning(connection, n)
            write_rows(connection, self._into.n, n, self._tags, changes)
        self._n = n

    def finish(
        self, plan: ImportPlan, source_version: int | None, rejected: Sequence[Rejected]
    ) -> Version | None:
        if self._n is None:
            return None
        counts = {name: getattr(plan, name) for name in _COUNTS}
        touched = plan.added + plan.changed + plan.expired
        with self._store.reading() as connection:
            impact = measure_impact(connection, self._n, touched, self._store.now(connection))
        values = {**counts, "impact": impact, "source_version": source_version}
        with self._store.writing() as connection:
            keep_lines(connection, self._n, rejected, plan.notices)
            return finish_version(connection, self._n, values)

    def give_up(self) -> None:
        if self._n is None:
            return
        with self._store.writing() as connection:
            discard_in(connection, self._n)
        sweep(self._store)


def _portions(batches: Iterable[Sequence[Change]]) -> Iterator[Sequence[Change]]:
    portion: list[Change] = []
    for batch in batches:
        portion += batch
        if len(portion) >= _ROWS:
            yield portion
            portion = []
    if portion:
        yield portion


def _abandon(connection: Connection, into: ListRow, now: datetime) -> None:
    """Discard what imports that ended in the middle have left: this list's, and any that is old."""
    table = list_versions.c
    lost = (table.list_n == into.n) | (table.prepared_at < now - ABANDONED_AFTER)
    query = select(table.n).where(table.state == VersionState.PLANNING, lost)
    for n in connection.execute(query).scalars().all():
        discard_in(connection, n)


def _check_planning(connection: Connection, n: int) -> None:
    table = list_versions.c
    query = select(table.state).where(table.n == n).with_for_update(read=True)
    if connection.execute(query).scalar_one() is not VersionState.PLANNING:
        raise _taken_over(n)


def _taken_over(n: int) -> ConflictError:
    return ConflictError(f"version {n}: another import of this list has begun; nothing of this one was kept")
