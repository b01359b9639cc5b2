"""Compiling what is in force into the list file that nodes map."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from sqlalchemy import Connection, select

from blacklists.list_file_builder import build_list_file
from blacklists.list_file_layout import Record, Tag
from contracts.node_api import ListFileRef
from store.crowded_numbers import surplus_entries
from store.list_changes import current_release
from store.list_schema import IN_FORCE, list_tags, number_lists
from store.lists import number_lists as all_lists
from store.streaming import stream_rows
from store.unit_of_work import SqlStore

SUFFIX = ".lists"
_ENTRY = 3
"""Place of the entry's id in a record."""
_LAST_SECOND = 2**32 - 1
# The file's times have 32 bits: what is after 2106 comes never, what was before 1970 is long past.
_RECORDS = (
    "SELECT kind, low, high, n, tag_n,"  # noqa: S608 (our words)
    f" CASE WHEN valid_from > {_LAST_SECOND} THEN {_LAST_SECOND} WHEN valid_from > 0 THEN valid_from"
    f" ELSE 0 END, CASE WHEN expires_at > {_LAST_SECOND} THEN 0 WHEN expires_at < 1 THEN 1"
    " ELSE coalesce(expires_at, 0) END"
    f" FROM list_entries WHERE {IN_FORCE}"
)


def compile_list_file(
    store: SqlStore, folder: Path, pairs: Callable[[Connection], Iterable[int]]
) -> ListFileRef:
    """Write the entries in force to `folder/<sha256>.lists` and return what it is fetched by.

    More prefixes and ranges over one number than a look-up may walk are left out, and a warning names them.

    `pairs` gives the results of `pair_key` that belong into the file, from the same state of the database.

    Raises:
        ListDiskFullError: there is no room for it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    building = folder / f"building-{os.getpid()}{SUFFIX}"
    with store.reading() as connection:
        ref = build_list_file(
            building,
            release=current_release(connection),
            lists=all_lists(connection),
            tags=_tags(connection),
            records=_records(connection),
            pairs=pairs(connection),
        )
    building.rename(path_of(folder, ref.sha256))
    return ref


def _records(connection: Connection) -> Iterable[Record]:
    records = stream_rows(connection, _RECORDS)
    left_out = surplus_entries(connection)
    return (record for record in records if record[_ENTRY] not in left_out) if left_out else records


def path_of(folder: Path, sha256: str) -> Path:
    """Return where the list file of a hash lies."""
    return folder / f"{sha256}{SUFFIX}"


def _tags(connection: Connection) -> dict[int, Tag]:
    columns = (
        list_tags.c.n,
        number_lists.c.name,
        list_tags.c.category,
        list_tags.c.action,
        list_tags.c.shadow,
    )
    query = select(*columns).join(number_lists, number_lists.c.n == list_tags.c.list_n)
    return {n: Tag(*words) for n, *words in connection.execute(query)}
