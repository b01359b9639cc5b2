"""The entries of a list that are in force, as an import asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from blacklists.importing.change import Known
from blacklists.pattern import Pattern
from store.list_rows import Tags, kind_of
from store.list_schema import IN_FORCE
from store.unit_of_work import SqlStore

_SELECT = (
    "SELECT kind, low, high, n, tag_n, evidence, note, valid_from, expires_at, review_at"  # noqa: S608 (our words)
    f" FROM list_entries WHERE {IN_FORCE} AND list_n = "
)


class KnownInStore:
    """Implements `blacklists.importing.plan.KnownEntries`; each batch is a short transaction of its own."""

    def __init__(self, store: SqlStore, list_n: int) -> None:
        self._store = store
        self._list_n = list_n
        self._tags = Tags(list_n)

    def find(self, patterns: Sequence[Pattern]) -> Mapping[Pattern, Known]:
        """Return those of the patterns that stand in the list."""
        with self._store.reading() as connection:
            return find_known(connection, self._list_n, self._tags, patterns)


def find_known(
    connection: Connection, list_n: int, tags: Tags, patterns: Sequence[Pattern]
) -> dict[Pattern, Known]:
    """Return the entries in force of those patterns that stand in a list."""
    # Asked for by the lowest key alone, by which the index goes on from the list.
    lows = list({pattern.low for pattern in patterns})
    found = {
        Pattern(kind_of(row[0]), row[1], row[2]): row for row in _by_lowest_key(connection, list_n, lows)
    }
    wanted = found.keys() & set(patterns)
    return {pattern: _known(connection, tags, found[pattern]) for pattern in wanted}


def _by_lowest_key(connection: Connection, list_n: int, lows: list[int]) -> Sequence[Any]:
    if connection.dialect.name == "postgresql":
        # One look into the index for each key: right after a large release PostgreSQL knows nothing of the
        # table's size and would read the whole list for every batch. OFFSET keeps it from joining otherwise.
        one = f"{_SELECT} %s AND list_entries.low = k.low OFFSET 0"
        query = f"SELECT e.* FROM unnest(%s::bigint[]) AS k(low), LATERAL ({one}) AS e"  # noqa: S608 (our words)
        return connection.exec_driver_sql(query, (lows, list_n)).all()
    places = ", ".join("?" * len(lows))
    return connection.exec_driver_sql(f"{_SELECT} ? AND low IN ({places})", (list_n, *lows)).all()


def _known(connection: Connection, tags: Tags, row: Any) -> Known:  # noqa: ANN401 (a row of _SELECT)
    _, _, _, n, tag_n, evidence, note, valid_from, expires_at, review_at = row
    return Known(
        n, *tags.words(connection, tag_n), evidence, note, valid_from or 0, expires_at or 0, review_at or 0
    )
