"""The entries of a list that are in force, as an export writes them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from blacklists.importing.row import ImportRow
from store.list_rows import Tags, pattern_of
from store.list_schema import IN_FORCE
from store.lists import list_row
from store.streaming import stream_rows

_SELECT = (
    "SELECT kind, low, high, tag_n, evidence, note, coalesce(valid_from, 0), coalesce(expires_at, 0),"  # noqa: S608
    f" coalesce(review_at, 0) FROM list_entries WHERE {IN_FORCE} AND list_n = %d ORDER BY low, high, kind"
)


def export_rows(connection: Connection, list_name: str) -> Iterator[ImportRow]:
    """Return the entries of a list in the order of their numbers, in bounded memory.

    Raises:
        NotFoundError: there is no such list.
    """
    row = list_row(connection, list_name)
    tags = Tags(row.n)
    return _rows(connection, row.n, tags)


def _rows(connection: Connection, list_n: int, tags: Tags) -> Iterator[ImportRow]:
    selected = stream_rows(connection, _SELECT % list_n)
    for line, row in enumerate(selected, start=2):
        kind, low, high, tag_n, evidence, note, *times = row
        said = (*tags.words(connection, tag_n), evidence, note, *times)
        yield ImportRow._make((line, pattern_of(kind, low, high), *said, False, ""))
