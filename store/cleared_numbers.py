"""Numbers that accepted removal requests have cleared, and what keeps them off the lists (R47)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, false, insert, select, text

from blacklists.importing.cleared import Clearance, ClearedNumbers
from blacklists.key import key_of
from contracts.number_list import ListKind
from store.batch import batches
from store.list_rows import EXACT
from store.list_schema import IN_FORCE, cleared_numbers, list_entries
from store.lists import ListRow

CLEARED_KINDS = (ListKind.HARD, ListKind.SCORE)
"""The lists a number is taken off; a protected code or an allowed number is no reproach."""


def clear_number(connection: Connection, number: str, request_id: str, now: datetime) -> None:
    """Keep that a request's acceptance cleared a number; the latest decision is the one named."""
    key = key_of(number)
    connection.execute(delete(cleared_numbers).where(cleared_numbers.c.key == key))
    row = {"key": key, "request_id": request_id, "cleared_at": now}
    connection.execute(insert(cleared_numbers).values(row))


def read_cleared(connection: Connection, kind: ListKind) -> ClearedNumbers:
    """Return the numbers that an import into a list of a kind may not bring back."""
    if kind not in CLEARED_KINDS:
        return ClearedNumbers()
    rows = connection.execute(select(cleared_numbers))
    return ClearedNumbers({row.key: Clearance(row.request_id, row.cleared_at) for row in rows})


def came_back(connection: Connection, into: ListRow, version_n: int, since: datetime) -> Clearance | None:
    """Return a decision after a time that a version in force of a list undoes; None where it undoes none."""
    if into.list.kind not in CLEARED_KINDS:
        return None
    recent = select(cleared_numbers).where(cleared_numbers.c.cleared_at > since)
    decisions = {row.key: Clearance(row.request_id, row.cleared_at) for row in connection.execute(recent)}
    entries = list_entries.c
    # From the few decisions to what is in force now, by its index: a version may have a million entries.
    standing = select(entries.low, entries.version_n).where(entries.list_n == into.n, text(IN_FORCE))
    for keys in batches(sorted(decisions)):
        for row in connection.execute(standing.where(entries.low.in_(keys), entries.kind == EXACT)):
            if row.version_n == version_n:
                return decisions[row.low]
    return None


def is_kept_off(into: ListRow) -> ColumnElement[bool]:
    """Tell in a statement on list_entries whether an old entry is of a cleared number that stands no more."""
    if into.list.kind not in CLEARED_KINDS:
        return false()
    entries, standing = list_entries.c, list_entries.alias("standing").c
    in_force = (standing.since.is_not(None), standing.until.is_(None))
    stands = exists().where(standing.list_n == into.n, standing.low == entries.low, *in_force)
    cleared = exists().where(cleared_numbers.c.key == entries.low)
    return and_(entries.kind == EXACT, cleared, ~stands.where(standing.kind == EXACT))
