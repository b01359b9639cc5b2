"""A number list as a CSV file: pattern,kind,category,action,expires_at."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import ClassVar
from uuid import NAMESPACE_URL, uuid5

from pydantic import ValidationError

from blacklists.lists import BadEntryError, NumberLists
from contracts.errors import BadInputError
from contracts.node_api import ListEntry

COLUMNS = ("pattern", "kind", "category", "action", "expires_at")


class ListFileError(BadInputError):
    """A line of the file cannot be used; nothing was imported."""

    code: ClassVar[str] = "lists.bad_file"


def read_entries(lines: Iterable[str], name: str) -> Iterator[ListEntry]:
    """Yield the entries of a file for the list `name`; ListFileError names the line and the column.

    An entry's id follows from list, kind and pattern, so that importing a file again changes nothing.
    """
    rows = csv.DictReader(lines, strict=True)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise ListFileError(f"line 1: the header must be {','.join(COLUMNS)}")
    try:
        for row in rows:
            yield _entry(row, rows.line_num, name)
    except csv.Error as error:
        raise ListFileError(f"line {rows.line_num}: {error}") from None


def _entry(row: dict[str, str | None], line: int, name: str) -> ListEntry:
    if None in row or None in row.values():
        raise ListFileError(f"line {line}: {len(COLUMNS)} fields are wanted")
    text = {column: (value or "").strip() for column, value in row.items()}
    key = uuid5(NAMESPACE_URL, f"changmao:{name}:{text['kind']}:{text['pattern']}").hex
    try:
        entry = ListEntry.model_validate(
            {**text, "id": key, "list": name, "expires_at": text["expires_at"] or None}
        )
        NumberLists([entry], version="")  # what a node would refuse must not get in
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        column = ".".join(map(str, problem["loc"]))
        raise ListFileError(f"line {line}: {column}: {problem['msg']}") from None
    except BadEntryError as error:
        raise ListFileError(f"line {line}: {error}") from None
    return entry
