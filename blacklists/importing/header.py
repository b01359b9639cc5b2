"""The first line of a CSV file: which delimiter it uses, and which column stands where."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from blacklists.importing.refusal import BadHeaderError

REQUIRED = ("pattern", "kind", "category", "action")
OPTIONAL = ("source", "evidence", "valid_from", "expires_at", "review_at", "note")
COLUMNS = (*REQUIRED, *OPTIONAL)
"""In the order an export writes them."""
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Header:
    """How the lines below it are taken apart."""

    delimiter: str
    width: int
    """Columns of the file."""
    places: tuple[int, ...]
    """Where each of COLUMNS stands; `width` for one that is not there."""


def read_header(line: str, number: int, path: Path) -> Header:
    """Return the header a line is, in whatever order its columns are.

    Raises:
        BadHeaderError: names the column that is missing, unknown or there twice.
    """
    delimiter = max(DELIMITERS, key=lambda each: len(set(COLUMNS).intersection(_names(line, each))))
    names = _names(line, delimiter)
    where = f"{path}: line {number}:"
    if not set(COLUMNS).intersection(names):
        raise BadHeaderError(f"{where} names no column; the first line must be {','.join(COLUMNS)}")
    for name, count in Counter(names).items():
        if name not in COLUMNS:
            raise BadHeaderError(f"{where} column {name[:40]!r} is unknown; there are {', '.join(COLUMNS)}")
        if count > 1:
            raise BadHeaderError(f"{where} column {name} is there {count} times; leave one")
    if missing := [name for name in REQUIRED if name not in names]:
        raise BadHeaderError(f"{where} column {missing[0]} is missing; add it")
    places = tuple(names.index(name) if name in names else len(names) for name in COLUMNS)
    return Header(delimiter, len(names), places)


def split_quoted(line: str, delimiter: str) -> list[str] | None:
    """Return the cells of one physical line; None where a quote is not closed or text follows it."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _names(line: str, delimiter: str) -> list[str]:
    return [name.strip().lower() for name in split_quoted(line, delimiter) or ()]
