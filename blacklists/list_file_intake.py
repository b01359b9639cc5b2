"""What goes into a list file, checked as it comes: entries and pairs sorted on disk, blocks in memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt

from blacklists.list_file_layout import KIND_CODES, NEVER, Record, Tag
from blacklists.record_sort import RecordSort
from contracts.errors import BadInputError
from contracts.number_list import EntryKind

_CHUNK = 65_536
_FIELDS = 7
_EXACT = KIND_CODES[EntryKind.EXACT]
_KINDS = len(KIND_CODES)
KIND, LOW, HIGH, ENTRY, TAG, FROM, UNTIL = range(_FIELDS)
"""Columns of a table of records."""
EXACT_ROW = np.dtype([("key", "<u8"), ("row", "<u4", 4)])
"""A key and what ENTRY_ROW holds."""
BLOCK_ROWS = np.dtype([("low", "<u8"), ("high", "<u8"), ("kind", "<u4"), ("row", "<u4", 4), ("none", "<u4")])
"""As BLOCK_ROW."""
PAIR_ROW = np.dtype([("key", "<u8")])

Table = npt.NDArray[np.int64]
"""Records as rows."""
Blocks = npt.NDArray[np.void]
"""Prefixes and ranges as BLOCK_ROWS."""


class BadRecordError(BadInputError):
    """A record does not fit a list file; no file was written."""

    code = "lists.bad_record"


class ListFileIntake:
    """A context that takes records and pairs and gives them back in order."""

    def __init__(self, folder: Path, tags: Mapping[int, Tag]) -> None:
        self.exact = RecordSort(folder, EXACT_ROW)
        self.pairs = RecordSort(folder, PAIR_ROW)
        self._blocks: list[Blocks] = []
        self._tag_ids = np.array(sorted(tags), np.int64)
        self._tag_places = np.argsort(np.array(list(tags), np.int64), kind="stable")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.exact.close()
        self.pairs.close()

    @property
    def bytes_needed(self) -> int:
        """Disk for what came so far: the sorted runs and the file itself."""
        return 2 * int(self.exact.count * EXACT_ROW.itemsize + self.pairs.count * PAIR_ROW.itemsize)

    def take_blocks(self) -> Blocks:
        """Return all prefixes and ranges, the one that covers the fewest numbers first, and forget them.

        Of 1.5 million, each copy has 60 MB: never more than two of them are held.
        """
        table = np.concatenate(self._blocks or [np.empty(0, BLOCK_ROWS)])
        self._blocks.clear()
        ordered: Blocks = table[np.lexsort((table["row"][:, 0], table["high"] - table["low"]))]
        return ordered

    def add_records(self, records: Iterable[Record]) -> None:
        """Take all records. Raises BadRecordError, and OSError where the disk is full."""
        for numbers in _chunks(records, "q", _FIELDS):
            self._add(self._checked(np.frombuffer(numbers, np.int64).reshape(-1, _FIELDS)))

    def add_pairs(self, pairs: Iterable[int]) -> None:
        """Take all pairs. Raises BadRecordError, and OSError where the disk is full."""
        for numbers in _chunks(((pair,) for pair in pairs), "Q", 1):
            self.pairs.add(np.frombuffer(numbers, PAIR_ROW))

    def _add(self, table: Table) -> None:
        exact = table[:, KIND] == _EXACT
        if not exact.all():
            self._blocks.append(_blocks(table[~exact]))
            table = table[exact]
        rows = np.empty(len(table), EXACT_ROW)
        rows["key"] = table[:, LOW]
        rows["row"] = table[:, ENTRY:]
        self.exact.add(rows)

    def _checked(self, table: Table) -> Table:
        kind, low, high = table[:, KIND], table[:, LOW], table[:, HIGH]
        _refuse(table, (kind < 0) | (kind >= _KINDS), "kind is none of EntryKind")
        _refuse(table, (low < 1) | (high < low), "keys are none, or the highest is below the lowest")
        _refuse(table, (kind == _EXACT) & (low != high), "two keys for one number")
        for column, name in ((ENTRY, "id"), (FROM, "valid_from"), (UNTIL, "expires_at")):
            _refuse(table, (table[:, column] < 0) | (table[:, column] > NEVER), f"{name} is beyond 32 bits")
        place = np.searchsorted(self._tag_ids, table[:, TAG])
        known = place < len(self._tag_ids)
        known[known] = self._tag_ids[place[known]] == table[known, TAG]
        _refuse(table, ~known, "tag is not among the tags given")
        table[:, TAG] = self._tag_places[place]
        table[table[:, UNTIL] == 0, UNTIL] = NEVER
        return table


def _blocks(table: Table) -> Blocks:
    blocks = np.zeros(len(table), BLOCK_ROWS)
    blocks["low"], blocks["high"], blocks["kind"] = table[:, LOW], table[:, HIGH], table[:, KIND]
    blocks["row"] = table[:, ENTRY:]
    return blocks


def _refuse(table: Table, wrong: npt.NDArray[np.bool_], reason: str) -> None:
    if wrong.any():
        record = tuple(table[int(wrong.argmax())].tolist())
        raise BadRecordError(f"record {record} of entry {record[ENTRY]}: {reason}; nothing was compiled")


def _chunks(source: Iterable[Sequence[int]], code: str, width: int) -> Iterator[array[int]]:
    rest = iter(source)
    while taken := list(islice(rest, _CHUNK)):
        numbers = array(code)
        try:
            numbers.extend(chain.from_iterable(taken))
        except (OverflowError, TypeError) as error:
            raise BadRecordError(f"a number of a record or a pair is none of 64 bits: {error}") from error
        if len(numbers) != width * len(taken):
            raise BadRecordError(f"a record has more or less than {width} numbers: give Record as laid out")
        yield numbers
