"""What the releases after a given one have changed, found by their versions and never by a scan."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import Connection, Row, Select, func, select

from blacklists.importing.moment import time_of
from blacklists.pattern import Pattern
from contracts.number_list import ListEntry
from store.list_rows import kind_of
from store.list_schema import list_entries, list_removals, list_tags, list_versions, number_lists

_log = structlog.get_logger(__name__)


def current_release(connection: Connection) -> int:
    """Return the number of the newest release of any list; 0 before the first."""
    return connection.execute(select(func.max(list_versions.c.release_n))).scalar_one() or 0


def changes_since(connection: Connection, release: int) -> int:
    """Return how many entries later releases have added and removed."""
    table = list_versions.c
    # A changed entry is one removed and one added.
    count = func.sum(table.added + 2 * table.changed + table.expired)
    return int(connection.execute(select(count).where(table.release_n > release)).scalar_one() or 0)


def entries_since(connection: Connection, base: int) -> tuple[tuple[ListEntry, ...], tuple[str, ...]]:
    """Return entries added after a release that are in force still, and ids removed since that were in it."""
    later = select(list_versions.c.n).where(list_versions.c.release_n > base)
    entries = list_entries.c
    added = _entries().where(entries.version_n.in_(later), entries.since > base, entries.until.is_(None))
    removed = (
        select(entries.n)
        .join(list_removals, list_removals.c.entry_n == entries.n)
        .where(list_removals.c.version_n.in_(later), entries.since <= base, entries.until > base)
    )
    ids = connection.execute(removed.order_by(entries.n)).scalars()
    rows = connection.execute(added.order_by(entries.n))
    return tuple(filter(None, map(_readable, rows))), tuple(map(str, ids))


def entry_of(row: Row[Any]) -> ListEntry:
    """Return the entry of a row of list_entries with its tag and its list's name."""
    kind = kind_of(row.kind)
    return ListEntry(
        id=str(row.n),
        list=row.list,
        pattern=str(Pattern(kind, row.low, row.high)),
        kind=kind,
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


def _entries() -> Select[Any]:
    tags = list_tags.c
    return (
        select(list_entries, tags.category, tags.action, tags.shadow, number_lists.c.name.label("list"))
        .join(list_tags, tags.n == list_entries.c.tag_n)
        .join(number_lists, number_lists.c.n == list_entries.c.list_n)
    )
