"""What one person may not do to the number lists alone: bulk, wide changes, what makes calls milder."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select, text

from blacklists.key import text_of
from blacklists.short_codes import holder_of
from contracts.number_list import ListKind
from contracts.verdict import SEVERITY, Action
from store.list_rows import EXACT
from store.list_schema import IN_FORCE, list_entries, list_removals, list_tags, list_versions
from store.list_version import SecondPersonError, Version
from store.lists import ListRow, list_row

MOST_ALONE = 10
"""Entries of a list one person may change within ALONE_WITHIN without another; beyond it is a bulk change."""
ALONE_WITHIN = timedelta(hours=24)

_GUARDED = (ListKind.ALLOW, ListKind.PROTECTED)
_NOTHING = -1
"""How severe a shadow is."""
_LABELLED = SEVERITY[Action.INDICATE]
_NEVER = 1 << 62
"""When an entry without an end ends, in seconds since 1970."""


class OwnListingError(SecondPersonError):
    """Whoever listed a number may not accept a request to take it off; another person must."""

    code: ClassVar[str] = "lists.own_listing"


class _Entry(NamedTuple):
    """What an entry does to calls, and when (seconds since 1970)."""

    low: int
    action: Action
    shadow: bool
    valid_from: int
    expires_at: int

    @property
    def severity(self) -> int:
        """How much it does to a call; a shadow does nothing."""
        return _NOTHING if self.shadow else SEVERITY[self.action]

    @property
    def is_mild(self) -> bool:
        """Whether it lets calls through unheard that other rules may stop."""
        return _NOTHING < self.severity <= _LABELLED

    def ends_before(self, moment: int) -> bool:
        """Whether it has expired at a moment."""
        return self.expires_at <= moment


_Entries = dict[tuple[int, int, int], _Entry]
"""By kind and keys."""


def why_another(connection: Connection, version: Version, now: datetime) -> str | None:
    """Return why another person than its preparer must release a pending version; None where nobody must."""
    into = list_row(connection, version.list)
    if into.list.kind in _GUARDED:
        return f"a change of a list of the kind {into.list.kind}"
    if version.entries > MOST_ALONE:
        return f"a change of more than {MOST_ALONE} entries"
    if version.entries + _changed_alone(connection, into, version.prepared_by, now) > MOST_ALONE:
        return f"more than {MOST_ALONE} entries of a list that one person changes within a day"
    if _is_wide(connection, version):
        return "a change of a prefix or a range"
    return _why_not_alone(connection, version, int(now.timestamp()))


def check_other_than_lister(connection: Connection, into: ListRow, key: int, by: str) -> None:
    """Keep whoever listed a number from taking it off on a request: anybody may have sent that, they as well.

    Raises:
        OwnListingError: `by` has prepared the version that put the number's own entry into the list.
    """
    entries = list_entries.c
    lister = (
        select(list_versions.c.prepared_by)
        .join(list_entries, entries.version_n == list_versions.c.n)
        .where(entries.list_n == into.n, entries.low == key, entries.kind == EXACT, text(IN_FORCE))
    )
    if connection.execute(lister).scalar_one_or_none() == by:
        raise OwnListingError(
            f"list {into.list.name}: {by} has listed the number; another person accepts the request"
        )


def _changed_alone(connection: Connection, into: ListRow, by: str, now: datetime) -> int:
    table = list_versions.c
    touched = func.sum(table.added + table.changed + table.expired)
    alone = (table.list_n == into.n, table.prepared_by == by, table.released_by == by)
    recent = select(touched).where(*alone, table.released_at > now - ALONE_WITHIN)
    return int(connection.execute(recent).scalar_one() or 0)


def _is_wide(connection: Connection, version: Version) -> bool:
    ended = select(list_removals.c.entry_n).where(list_removals.c.version_n == version.n)
    touched = or_(list_entries.c.version_n == version.n, list_entries.c.n.in_(ended))
    wide = select(list_entries.c.n).where(touched, list_entries.c.kind != EXACT)
    return connection.execute(wide.limit(1)).first() is not None


def _why_not_alone(connection: Connection, version: Version, moment: int) -> str | None:
    ended = select(list_removals.c.entry_n).where(list_removals.c.version_n == version.n)
    after = _entries(connection, list_entries.c.version_n == version.n)
    before = _entries(connection, list_entries.c.n.in_(ended))
    reasons = [
        *(_against_code(entry) or _lets_through(entry) for entry in after.values()),
        *(_milder(entry, after.get(place), moment) for place, entry in before.items()),
    ]
    return next(filter(None, reasons), None)


def _against_code(entry: _Entry) -> str | None:
    number = text_of(entry.low)
    if entry.severity <= _LABELLED or not holder_of(number):
        return None
    return f"an entry against the protected code {number}"


def _lets_through(entry: _Entry) -> str | None:
    return f"an entry with the action {entry.action}" if entry.is_mild else None


def _milder(before: _Entry, after: _Entry | None, moment: int) -> str | None:
    if before.severity <= _LABELLED or before.ends_before(moment):
        return None
    if after is None:
        return "the removal of an entry"
    if after.severity < before.severity:
        return "an entry made milder"
    begins_later = after.valid_from > max(before.valid_from, moment)
    return "an entry made shorter" if begins_later or after.expires_at < before.expires_at else None


def _entries(connection: Connection, which: ColumnElement[bool]) -> _Entries:
    entries, tags = list_entries.c, list_tags.c
    columns = (entries.kind, entries.low, entries.high, entries.valid_from, entries.expires_at)
    query = select(*columns, tags.action, tags.shadow).join(list_tags, tags.n == entries.tag_n).where(which)
    return {
        (row.kind, row.low, row.high): _Entry(
            row.low, row.action, row.shadow, row.valid_from or 0, row.expires_at or _NEVER
        )
        for row in connection.execute(query)
    }
