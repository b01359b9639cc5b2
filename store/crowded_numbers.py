"""Prefixes and ranges in force over one number: no more than a look-up may walk."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, select, text

from blacklists.crowding import densest, surplus
from blacklists.key import text_of
from blacklists.list_file_layout import MOST_ENTRIES_PER_NUMBER
from blacklists.segments import CrowdedNumberError
from contracts.number_list import ListKind
from store.list_schema import BLOCKS_IN_FORCE, list_entries, number_lists

_KINDS = tuple(ListKind)
_NAMED = 100
"""Entries a warning names."""

_log = structlog.get_logger(__name__)


def check_crowds(connection: Connection, release_n: int) -> None:
    """Refuse a release that has been written, if it lays one block too many over a number.

    Raises:
        CrowdedNumberError: says over which number, and how many.
    """
    entries = list_entries.c
    blocks = select(entries.low, entries.high).where(text(BLOCKS_IN_FORCE))
    if connection.execute(blocks.where(entries.since == release_n).limit(1)).first() is None:
        return
    crowd = densest(*zip(*connection.execute(blocks), strict=True))
    if crowd.blocks > MOST_ENTRIES_PER_NUMBER:
        raise CrowdedNumberError(
            f"{text_of(crowd.key)} would be covered by {crowd.blocks} prefixes and ranges of all lists, and"
            f" {MOST_ENTRIES_PER_NUMBER} is the most; leave out some that say the same"
        )


def surplus_entries(connection: Connection) -> frozenset[int]:
    """Return blocks in force that a list file has no room for; a warning names them.

    A release is checked, so these can only come from before there was a check. A file without them protects
    calls better than none: those whose lists speak first stay, of one list the narrower.
    """
    entries, speaks = list_entries.c, _order_of_lists(connection)
    query = select(entries.n, entries.list_n, entries.low, entries.high).where(text(BLOCKS_IN_FORCE))
    rows = sorted(connection.execute(query), key=lambda row: (speaks[row.list_n], row.high - row.low, row.n))
    if not rows:
        return frozenset()
    lows, highs = [row.low for row in rows], [row.high for row in rows]
    if densest(lows, highs).blocks <= MOST_ENTRIES_PER_NUMBER:
        return frozenset()
    left_out = frozenset(rows[place].n for place in surplus(lows, highs, MOST_ENTRIES_PER_NUMBER))
    _log.warning("list_entries_left_out", count=len(left_out), entries=sorted(left_out)[:_NAMED])
    return left_out


def _order_of_lists(connection: Connection) -> dict[int, tuple[int, int]]:
    lists = number_lists.c
    rows = connection.execute(select(lists.n, lists.kind, lists.precedence))
    return {row.n: (_KINDS.index(row.kind), row.precedence) for row in rows}
