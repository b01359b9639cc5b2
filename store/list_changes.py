"""What the releases after a given one have changed, found by their versions and never by a scan."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import Connection, Row, func, or_, select

from blacklists.importing.moment import time_of
from contracts.number_list import ListEntry, NumberList
from store.list_rows import described_entries, pattern_of
from store.list_schema import list_entries, list_removals, list_versions, number_lists
from store.lists import number_lists as all_lists

_log = structlog.get_logger(__name__)

# A changed entry is one removed and one added.
_CHANGES = list_versions.c.added + 2 * list_versions.c.changed + list_versions.c.expired


def current_release(connection: Connection) -> int:
    """Return the number of the newest release of any list; 0 before the first."""
    return connection.execute(select(func.max(list_versions.c.release_n))).scalar_one() or 0


def changes_since(connection: Connection, release: int) -> int:
    """Return how many entries later releases have added and removed."""
    later = select(func.sum(_CHANGES)).where(list_versions.c.release_n > release)
    return int(connection.execute(later).scalar_one() or 0)


def newest_within(connection: Connection, base: int, most: int) -> int:
    """Return the newest release up to which no more than `most` entries were added and removed since `base`.

    That is `base` itself where the next release alone changes more.
    """
    table, reached = list_versions.c, base
    later = select(table.release_n, _CHANGES.label("changes")).where(table.release_n > base)
    for row in connection.execute(later.order_by(table.release_n)):
        most -= row.changes
        if most < 0:
            break
        reached = row.release_n
    return reached


def lists_at(connection: Connection, release: int) -> tuple[NumberList, ...]:
    """Return every list at the version that was in force at a release; 0 for one that had none yet."""
    table = list_versions.c
    query = select(number_lists.c.name, table.n).join(number_lists, number_lists.c.n == table.list_n)
    in_order = query.where(table.release_n <= release).order_by(table.release_n)
    # The latest of each list comes last.
    versions = {row.name: row.n for row in connection.execute(in_order)}
    return tuple(
        found.model_copy(update={"version": versions.get(found.name, 0)}) for found in all_lists(connection)
    )


def entries_since(
    connection: Connection, base: int, up_to: int | None = None
) -> tuple[tuple[ListEntry, ...], tuple[str, ...]]:
    """Return what the release `up_to` has and `base` had not, and ids of what `base` had and it has no more.

    None for `up_to` is the newest release.
    """
    release = current_release(connection) if up_to is None else up_to
    table, entries = list_versions.c, list_entries.c
    between = select(table.n).where(table.release_n > base, table.release_n <= release)
    stands = or_(entries.until.is_(None), entries.until > release)
    added = described_entries().where(entries.version_n.in_(between), entries.since > base, stands)
    removed = (
        select(entries.n)
        .join(list_removals, list_removals.c.entry_n == entries.n)
        .where(
            list_removals.c.version_n.in_(between),
            entries.since <= base,
            entries.until > base,
            entries.until <= release,
        )
    )
    ids = connection.execute(removed.order_by(entries.n)).scalars()
    rows = connection.execute(added.order_by(entries.n))
    return tuple(filter(None, map(_readable, rows))), tuple(map(str, ids))


def entry_of(row: Row[Any]) -> ListEntry:
    """Return the entry of a row of `described_entries`."""
    pattern = pattern_of(row.kind, row.low, row.high)
    return ListEntry(
        id=str(row.n),
        list=row.list,
        pattern=str(pattern),
        kind=pattern.kind,
        category=row.category,
        action=row.action,
        shadow=row.shadow,
        valid_from=row.valid_from and time_of(row.valid_from),
        expires_at=row.expires_at and time_of(row.expires_at),
    )


def _readable(row: Row[Any]) -> ListEntry | None:
    try:
        return entry_of(row)
    except (ValueError, IndexError):
        # One entry that makes no sense must not keep all others, and the emergencies, from the nodes.
        _log.warning("list_entry_left_out", entry=row.n, list=row.list)
        return None
