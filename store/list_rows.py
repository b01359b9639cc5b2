"""The rows of entries: what they say, and those that a version being written adds and will end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from blacklists.importing.change import Change, ChangeOp
from blacklists.importing.row import ImportRow
from blacklists.list_file_layout import KIND_CODES
from blacklists.pattern import Pattern
from contracts.number_list import EntryKind
from contracts.verdict import Action
from store.insertion import insert_new
from store.list_schema import list_entries, list_tags, number_lists

EXACT = KIND_CODES[EntryKind.EXACT]
_KINDS = tuple(KIND_CODES)
_ENTRY_COLUMNS = (
    "list_n, tag_n, kind, low, high, evidence, note, valid_from, expires_at, review_at, version_n"
)
_REMOVAL_COLUMNS = "version_n, entry_n"

_WORDS = ("category", "action", "shadow", "source")

Words = tuple[str, Action, bool, str]
"""What many entries of a list have in common: category, action, shadow, source."""
_Row = tuple[int | str | None, ...]


def pattern_of(kind: int, low: int, high: int) -> Pattern:
    """Return the pattern of an entry's row."""
    return Pattern(_KINDS[kind], low, high)


def described_entries() -> Select[Any]:
    """Select entries with the words of their tags, and the name of their list as `list`."""
    tags = list_tags.c
    words = (tags.category, tags.action, tags.shadow, tags.source, number_lists.c.name.label("list"))
    return (
        select(list_entries, *words)
        .join(list_tags, tags.n == list_entries.c.tag_n)
        .join(number_lists, number_lists.c.n == list_entries.c.list_n)
    )


class Tags:
    """The tags of one list, by their words and by their number."""

    def __init__(self, list_n: int) -> None:
        self._list_n = list_n
        self._numbers: dict[Words, int] = {}
        self._words: dict[int, Words] = {}

    def words(self, connection: Connection, n: int) -> Words:
        """Return the words of a tag."""
        if n not in self._words:
            self._load(connection)
        return self._words[n]

    def numbers(self, connection: Connection, wanted: set[Words]) -> dict[Words, int]:
        """Return the numbers of tags, in the transaction that writes entries; new tags are written."""
        missing = wanted - self._numbers.keys()
        if missing:
            rows = [
                {"list_n": self._list_n, **dict(zip(_WORDS, words, strict=True))} for words in sorted(missing)
            ]
            connection.execute(insert_new(connection, list_tags), rows)
            self._load(connection)
        return self._numbers

    def _load(self, connection: Connection) -> None:
        rows = connection.execute(select(list_tags).where(list_tags.c.list_n == self._list_n))
        for row in rows:
            words = (row.category, row.action, row.shadow, row.source)
            self._numbers[words] = row.n
            self._words[row.n] = words


def write_rows(
    connection: Connection, list_n: int, version_n: int, tags: Tags, changes: Sequence[Change]
) -> None:
    """Write what a version adds and ends; nothing of it is in force before the version's release."""
    added = [change.row for change in changes if change.op is not ChangeOp.EXPIRED]
    # row[2:6] is a row's Words; asking for them by name would cost a call for each of a million.
    numbers = tags.numbers(connection, {row[2:6] for row in added})
    rows = [_entry(row, list_n, numbers[row[2:6]], version_n) for row in added]
    _insert(connection, "list_entries", _ENTRY_COLUMNS, rows)
    ended: list[_Row] = [(version_n, change.replaces) for change in changes if change.replaces is not None]
    _insert(connection, "list_removals", _REMOVAL_COLUMNS, ended)


def _entry(row: ImportRow, list_n: int, tag_n: int, version_n: int) -> _Row:
    _, (kind, low, high), _, _, _, _, evidence, note, valid_from, expires_at, review_at, *_ = row
    said = (list_n, tag_n, KIND_CODES[kind], low, high, evidence, note)
    return (*said, valid_from or None, expires_at or None, review_at or None, version_n)


def _insert(connection: Connection, table: str, columns: str, rows: list[_Row]) -> None:
    """Insert by the driver's fastest way: SQLAlchemy's takes several times as long for a million rows."""
    if connection.dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    if rows:
        places = ", ".join("?" * len(rows[0]))
        connection.exec_driver_sql(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608 (our names)
