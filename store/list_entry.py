"""One entry of a number list added, changed or ended by itself, as a version of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from blacklists.importing.cell import LONGEST_CATEGORY
from blacklists.importing.change import Change, Known, change_of, ends
from blacklists.importing.moment import check_order, seconds_of
from blacklists.importing.notice import Notice
from blacklists.importing.oddities import oddities
from blacklists.importing.row import ImportRow, has_invisible
from blacklists.pattern import Pattern
from contracts.errors import BadInputError, NotFoundError
from contracts.verdict import Action
from store.cleared_numbers import read_cleared
from store.import_lines import keep_lines
from store.list_impact import measure_impact
from store.list_import import Order, begin_version, finish_version
from store.list_known import find_known
from store.list_release import release_in
from store.list_rows import Tags, write_rows
from store.list_version import Version
from store.lists import ListRow, list_row
from store.second_person import why_another
from store.unit_of_work import SqlStore

ONE_ENTRY = "one entry"
LONGEST_SOURCE = 255
"""Characters of a source."""
LONGEST_TEXT = 1_000
"""Characters of evidence or note."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to add to a list, or to put in the place of that of the same pattern."""

    pattern: Pattern
    category: str
    action: Action
    shadow: bool = False
    source: str = ""
    evidence: str = ""
    note: str = ""
    valid_from: datetime | None = None
    expires_at: datetime | None = None
    review_at: datetime | None = None


def add_entry(
    store: SqlStore,
    list_name: str,
    entry: NewEntry,
    *,
    by: str,
    origin: str = ONE_ENTRY,
    single_admin: bool = False,
) -> Version | None:
    """Add an entry to a list or change the one of its pattern; None where it stands there already.

    The version is released at once where one person may do so alone (`why_another`), else pending.

    Raises:
        NotFoundError: there is no such list.
        BadInputError: the category is empty, a text is too long or holds control characters, a time is out
            of range, or it has expired or would before it begins.
    """
    with store.writing() as connection:
        now = store.now(connection)
        return put_entry(connection, now, list_name, entry, Order(by, origin), single_admin=single_admin)


def remove_entry(
    store: SqlStore,
    list_name: str,
    pattern: Pattern,
    *,
    by: str,
    origin: str = ONE_ENTRY,
    single_admin: bool = False,
) -> Version:
    """End the entry of a pattern; released at once or pending as by `add_entry`.

    Raises:
        NotFoundError: there is no such list, or no such entry in it.
    """
    with store.writing() as connection:
        now = store.now(connection)
        order = Order(by, origin)
        version = end_entry(connection, now, list_name, pattern, order, single_admin=single_admin)
        if version is None:
            raise NotFoundError(
                f"list {list_name}: no entry {pattern} is in force; `lists lookup` finds where"
            )
        return version


def put_entry(
    connection: Connection,
    now: datetime,
    list_name: str,
    entry: NewEntry,
    order: Order,
    *,
    single_admin: bool = False,
) -> Version | None:
    """Do what `add_entry` does, within a transaction."""
    into = list_row(connection, list_name)
    tags = Tags(into.n)
    row, moment = _row_of(entry), int(now.timestamp())
    if ends(row, moment):
        raise BadInputError(f"entry {entry.pattern}: expires_at is past; remove the entry instead")
    change = change_of(row, _standing(connection, into, tags, entry.pattern), moment)
    if change is None:
        return None
    return _decide(connection, now, _written(connection, now, into, tags, change, order), single_admin)


def end_entry(
    connection: Connection,
    now: datetime,
    list_name: str,
    pattern: Pattern,
    order: Order,
    *,
    single_admin: bool = False,
) -> Version | None:
    """Do what `remove_entry` does, within a transaction; None where no such entry is in force.

    With `single_admin` it is released at once: also where who listed it and who answers a request are two.
    """
    into = list_row(connection, list_name)
    tags = Tags(into.n)
    standing = _standing(connection, into, tags, pattern)
    if standing is None:
        return None
    gone = ImportRow._make((1, pattern, *standing[1:], True, ""))
    change = change_of(gone, standing, int(now.timestamp()))
    assert change is not None  # noqa: S101 (a tombstone of what stands is a change)
    return _decide(connection, now, _written(connection, now, into, tags, change, order), single_admin)


def _row_of(entry: NewEntry) -> ImportRow:
    if not entry.category.strip():
        raise BadInputError("entry: the category is empty; say what the number is known for")
    limits = {
        "category": LONGEST_CATEGORY,
        "source": LONGEST_SOURCE,
        "evidence": LONGEST_TEXT,
        "note": LONGEST_TEXT,
    }
    for name, limit in limits.items():
        text = getattr(entry, name)
        if len(text) > limit or has_invisible(text):
            raise BadInputError(f"entry: {name} takes {limit} characters, none of them a control character")
    said = (entry.category, entry.action, entry.shadow, entry.source, entry.evidence, entry.note)
    return ImportRow._make((1, entry.pattern, *said, *_times_of(entry), False, ""))


def _times_of(entry: NewEntry) -> tuple[int, int, int]:
    valid_from = seconds_of(entry.valid_from, "valid_from")
    expires_at = seconds_of(entry.expires_at, "expires_at")
    check_order(valid_from, expires_at)
    return valid_from, expires_at, seconds_of(entry.review_at, "review_at")


def _standing(connection: Connection, into: ListRow, tags: Tags, pattern: Pattern) -> Known | None:
    return find_known(connection, into.n, tags, [pattern]).get(pattern)


def _written(
    connection: Connection, now: datetime, into: ListRow, tags: Tags, change: Change, order: Order
) -> Version:
    n = begin_version(connection, into, now, order)
    write_rows(connection, into.n, n, tags, [change])
    notices = [] if change.row.gone else _notices(connection, into, change.row)
    keep_lines(connection, n, (), notices)
    impact = measure_impact(connection, n, 1, now)
    return finish_version(connection, n, {change.op.value: 1, "flagged": len(notices), "impact": impact})


def _notices(connection: Connection, into: ListRow, row: ImportRow) -> list[Notice]:
    cleared = read_cleared(connection, into.list.kind)
    return [Notice(row.line, oddity) for oddity in oddities(row, cleared)]


def _decide(connection: Connection, now: datetime, version: Version, single_admin: bool) -> Version:  # noqa: FBT001
    if not single_admin and why_another(connection, version, now):
        return version
    return release_in(connection, now, version.n, by=version.prepared_by, single_admin=single_admin)
