"""What a version of a number list would touch: known numbers and recent calls, shown before its release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, or_, select, text

from blacklists.key import text_of
from blacklists.pattern import Pattern
from contracts.number_list import EntryKind
from store.batch import batches
from store.list_rows import EXACT, pattern_of
from store.list_schema import IN_FORCE, list_entries, list_removals, number_lists
from store.list_version import Impact
from store.schema import calls

MOST_LOOKED_AT = 1_000
"""Patterns that are counted, so that the largest import is measured within seconds."""
RECENT = timedelta(days=30)


def measure_impact(connection: Connection, version_n: int, touched: int, now: datetime) -> Impact:
    """Return what the patterns a version adds, changes or ends cover, of which there are `touched`.

    Prefixes and ranges are looked at first, then single numbers.
    """
    patterns = _patterns(connection, version_n)
    wide = [pattern for pattern in patterns if pattern.kind is not EntryKind.EXACT]
    single = [text_of(pattern.low) for pattern in patterns if pattern.kind is EntryKind.EXACT]
    return Impact(
        patterns=touched,
        looked_at=len(patterns),
        known_numbers=_known_numbers(connection, _disjoint(wide)),
        recent_calls=_calls_by(connection, single, now) + _calls_within(connection, wide, now),
    )


def _patterns(connection: Connection, version_n: int) -> list[Pattern]:
    table = list_entries.c
    columns = select(table.kind, table.low, table.high)
    ended = columns.join(list_removals, list_removals.c.entry_n == table.n)
    ended = ended.where(list_removals.c.version_n == version_n)
    # What is changed is both written and ended, and one pattern all the same.
    found: dict[Pattern, None] = {}
    for which in (table.kind != EXACT, table.kind == EXACT):
        for query in (columns.where(table.version_n == version_n), ended):
            rows = connection.execute(query.where(which).limit(MOST_LOOKED_AT))
            found.update(dict.fromkeys(pattern_of(*row) for row in rows))
    return list(found)[:MOST_LOOKED_AT]


def _disjoint(patterns: Sequence[Pattern]) -> list[tuple[int, int]]:
    """Return the stretches of keys that are covered, each once."""
    stretches: list[tuple[int, int]] = []
    for low, high in sorted((pattern.low, pattern.high) for pattern in patterns):
        if stretches and low <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(high, stretches[-1][1]))
        else:
            stretches.append((low, high))
    return stretches


def _known_numbers(connection: Connection, stretches: Sequence[tuple[int, int]]) -> int:
    table = list_entries.c
    # Each list by itself: the index of what is in force begins with the list.
    lists = connection.execute(select(number_lists.c.n)).scalars().all()
    total = 0
    for list_n in lists:
        for low, high in stretches:
            query = select(func.count()).where(table.list_n == list_n, table.low.between(low, high))
            within = query.where(text(IN_FORCE), table.kind == EXACT)
            total += connection.execute(within).scalar_one()
    return total


def _calls_by(connection: Connection, numbers: Sequence[str], now: datetime) -> int:
    recent = select(func.count()).where(calls.c.started_at >= now - RECENT)
    parts = (recent.where(calls.c.caller.in_(part)) for part in batches(numbers))
    return sum(connection.execute(part).scalar_one() for part in parts)


def _calls_within(connection: Connection, patterns: Sequence[Pattern], now: datetime) -> int:
    if not patterns:
        return 0
    recent = select(func.count()).where(calls.c.started_at >= now - RECENT)
    total = 0
    # A call is counted once in a portion, however many of its patterns overlap.
    for part in batches(patterns):
        covered = or_(*map(_covers, part))
        total += connection.execute(recent.where(covered)).scalar_one()
    return total


def _covers(pattern: Pattern) -> ColumnElement[bool]:
    caller, low = calls.c.caller, text_of(pattern.low)
    if pattern.kind is EntryKind.PREFIX:
        return caller.like(f"{low}%")
    return caller.between(low, text_of(pattern.high)) & (func.length(caller) == len(low))
