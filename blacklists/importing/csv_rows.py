"""Lines of CSV as rows of an import: the path a million lines take."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from blacklists.importing.cell import (
    is_plain,
    read_action,
    read_category,
    read_kind,
    read_pattern,
    read_text,
)
from blacklists.importing.header import Header, read_header, split_quoted
from blacklists.importing.lines import LineReader
from blacklists.importing.moment import check_order, read_moment
from blacklists.importing.refusal import BadHeaderError
from blacklists.importing.row import ImportRow, Rejected, reject
from blacklists.pattern import Pattern, mobile_key
from blacklists.reason import Reason, ReasonedError, Why
from contracts.number_list import EntryKind
from contracts.verdict import Action

# NamedTuples made from tuples; their own way there costs a call for each of a million rows.
_new = tuple.__new__
_EXACT = EntryKind.EXACT


class CsvRows:
    """The rows below the header; blank lines are passed over, all others come out."""

    def __init__(self, reader: LineReader, path: Path, home_area: str, longest_field: int) -> None:
        self._reader = reader
        self._path = path
        self._home_area = home_area
        self._longest = longest_field

    def __iter__(self) -> Iterator[ImportRow | Rejected]:
        """Yield a row or a rejection for each line; raises BadHeaderError."""
        lines = self._lines()
        header = self._header(lines)
        parse = _LineParser(header, self._home_area, self._longest).parse
        for number, line in lines:
            if not isinstance(line, str):
                yield line
            elif line and not line.isspace():
                yield parse(number, line)

    def _lines(self) -> Iterator[tuple[int, str | Rejected]]:
        for first, lines in self._reader.blocks():
            yield from enumerate(lines, first)

    def _header(self, lines: Iterator[tuple[int, str | Rejected]]) -> Header:
        for number, line in lines:
            if not isinstance(line, str):
                raise BadHeaderError(f"{self._path}: line {number}: cannot be the header: {line.reason}")
            if line and not line.isspace():
                return read_header(line, number, self._path)
        raise BadHeaderError(f"{self._path}: is empty; the first line must name the columns")


class _Words(NamedTuple):
    """What the lines of a file have in common."""

    kind: EntryKind
    category: str
    action: Action
    shadow: bool
    source: str


class _LineParser:
    def __init__(self, header: Header, home_area: str, longest: int) -> None:
        self._delimiter = header.delimiter
        self._width = header.width
        self._pick = itemgetter(*header.places)
        self._home_area = home_area
        self._longest = longest
        # A million lines have few words and fewer dates.
        self._words = lru_cache(maxsize=4096)(self._read_words)
        self._times = lru_cache(maxsize=4096)(_read_times)

    def parse(self, number: int, line: str) -> ImportRow | Rejected:
        cells = line.split(self._delimiter) if '"' not in line else split_quoted(line, self._delimiter)
        if cells is None:
            return reject(number, Reason(Why.OPEN_QUOTE, {}), line)
        if len(cells) > self._width:
            counts = {"fields": len(cells), "columns": self._width}
            return reject(number, Reason(Why.FIELD_COUNT, counts), line)
        # Programs leave empty fields at the end out; behind them columns that are not there are found.
        cells += [""] * (self._width + 1 - len(cells))
        pattern, kind, category, action, source, evidence, valid, expires, review, note = self._pick(cells)
        try:
            covers, listed_as, does, shadow, by = self._words(kind, category, action, source)
            covered = self._pattern(pattern, covers)
            # One look at the line tells that nothing in it is invisible.
            printable = line.isprintable()
            if evidence and not (printable and is_plain(evidence, self._longest)):
                evidence = read_text(evidence, "evidence", self._longest)
            if note and not (printable and is_plain(note, self._longest)):
                note = read_text(note, "note", self._longest)
            begins, ends, due = self._times(valid, expires, review)
        except ReasonedError as error:
            return reject(number, error.reason, line)
        said = (number, covered, listed_as, does, shadow, by, evidence, note, begins, ends, due, False, line)
        return _new(ImportRow, said)

    def _pattern(self, text: str, kind: EntryKind) -> Pattern:
        if kind is _EXACT and (key := mobile_key(text)):
            return _new(Pattern, (kind, key, key))
        return read_pattern(text, kind, self._home_area)

    def _read_words(self, kind: str, category: str, action: str, source: str) -> _Words:
        return _Words(
            read_kind(kind),
            read_category(category),
            *read_action(action),
            read_text(source, "source", self._longest),
        )


def _read_times(valid: str, expires: str, review: str) -> tuple[int, int, int]:
    valid_from = read_moment(valid, "valid_from")
    expires_at = read_moment(expires, "expires_at", end=True)
    check_order(valid_from, expires_at)
    return valid_from, expires_at, read_moment(review, "review_at")
