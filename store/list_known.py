"""The entries of a list that are in force, as an import asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, select, text

from blacklists.importing.change import Known
from blacklists.pattern import Pattern
from store.large_cache import large_cache
from store.list_rows import Tags, pattern_of
from store.list_schema import IN_FORCE, list_entries
from store.unit_of_work import SqlStore

_SELECT = (
    "SELECT kind, low, high, n, tag_n, evidence, note,"  # noqa: S608 (our words)
    " coalesce(valid_from, 0), coalesce(expires_at, 0), coalesce(review_at, 0)"
    f" FROM list_entries WHERE {IN_FORCE} AND list_n = "
)


class KnownInStore:
    """Implements `blacklists.importing.change.KnownEntries`; each batch is a short transaction of its own."""

    def __init__(self, connection: Connection, list_n: int) -> None:
        self._connection = connection
        self._list_n = list_n
        self._tags = Tags(list_n)

    def find(self, patterns: Sequence[Pattern]) -> Mapping[Pattern, Known]:
        """Return those of the patterns that stand in the list."""
        with self._connection.begin():
            return find_known(self._connection, self._list_n, self._tags, patterns)


@contextmanager
def known_in(store: SqlStore, list_n: int) -> Iterator[KnownInStore]:
    """Open what stands in a list; on one connection, which keeps the pages it has read."""
    with store.reading() as connection, large_cache(connection):
        connection.rollback()
        yield KnownInStore(connection, list_n)


def find_known(
    connection: Connection, list_n: int, tags: Tags, patterns: Sequence[Pattern]
) -> dict[Pattern, Known]:
    """Return the entries in force of those patterns that stand in a list."""
    if not _any_in_force(connection, list_n):
        return {}
    # Asked for by the lowest key alone, by which the index goes on from the list.
    rows = _by_lowest_key(connection, list_n, list({pattern.low for pattern in patterns}))
    words = {tag_n: tags.words(connection, tag_n) for tag_n in {row[4] for row in rows}}
    wanted = set(patterns)
    found = {}
    for kind, low, high, n, tag_n, *said in rows:
        pattern = pattern_of(kind, low, high)
        if pattern in wanted:
            found[pattern] = Known(n, *words[tag_n], *said)
    return found


def _any_in_force(connection: Connection, list_n: int) -> bool:
    # The first import of a list, commonly its largest, asks for nothing else.
    query = select(list_entries.c.n).where(list_entries.c.list_n == list_n, text(IN_FORCE))
    return connection.execute(query.limit(1)).first() is not None


def _by_lowest_key(connection: Connection, list_n: int, lows: list[int]) -> Sequence[Any]:
    if connection.dialect.name == "postgresql":
        # One look into the index for each key: right after a large release PostgreSQL knows nothing of the
        # table's size and would read the whole list for every batch. OFFSET keeps it from joining otherwise.
        one = f"{_SELECT} %s AND list_entries.low = k.low OFFSET 0"
        query = f"SELECT e.* FROM unnest(%s::bigint[]) AS k(low), LATERAL ({one}) AS e"  # noqa: S608 (our words)
        return connection.exec_driver_sql(query, (lows, list_n)).all()
    places = ", ".join("?" * len(lows))
    return connection.exec_driver_sql(f"{_SELECT} ? AND low IN ({places})", (list_n, *lows)).all()
