"""Number lists written as the import reads them, for spreadsheets that must run none of it."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from blacklists.importing.cell import write_action, write_text
from blacklists.importing.header import COLUMNS
from blacklists.importing.moment import write_moment
from blacklists.importing.row import ImportRow, blank_invisible
from blacklists.pattern import Pattern


def write_csv(entries: Iterable[ImportRow], file: TextIO) -> int:
    """Write entries below a header and return their count; importing them again changes nothing.

    No field begins with =, +, -, @, a tab or CR: numbers are written 0086..., and an apostrophe stands before
    a text that would begin so. The import takes it off.
    """
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for entry in entries:
        writer.writerow(_fields(entry))
        count += 1
    return count


@contextmanager
def open_export(path: Path) -> Iterator[TextIO]:
    """Open a file to export to, as gzip where its name ends in .gz; UTF-8 with the mark spreadsheets need."""
    with path.open("wb") as raw:
        packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) if path.suffix == ".gz" else raw
        with packed, io.TextIOWrapper(packed, encoding="utf-8-sig", newline="") as file:
            yield file


def _fields(entry: ImportRow) -> tuple[str, ...]:
    return (
        _number(entry.pattern),
        entry.pattern.kind.value,
        _text(entry.category),
        write_action(entry.action, shadow=entry.shadow),
        _text(entry.source),
        _text(entry.evidence),
        write_moment(entry.valid_from),
        write_moment(entry.expires_at),
        write_moment(entry.review_at),
        _text(entry.note),
    )


def _number(pattern: Pattern) -> str:
    return str(pattern).replace("+", "00")


def _text(text: str) -> str:
    # A line break would make two lines of one.
    return write_text(blank_invisible(text))
