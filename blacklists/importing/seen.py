"""The patterns a file has named so far, 16 bytes each, so that repeated lines are found among millions.

Sorted arrays, merged as they grow; none grows past SEGMENT, so that merging needs little room beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from blacklists.importing.row import ImportRow
from blacklists.pattern import Pattern
from contracts.number_list import EntryKind
from contracts.verdict import Action

SEGMENT = 1 << 19
"""Patterns of one array."""

_PATTERN = itemgetter(ImportRow._fields.index("pattern"))
_TEXT = ImportRow._fields.index("text")
_EXACT = EntryKind.EXACT
_PREFIX = 1 << 61
_RANGE = 1 << 62
# The lowest bits of a content tell action and shadow, the others are a hash of the fields.
_ASKED_BITS = 4
_ASKED = {
    (action, shadow): number * 2 + shadow for number, action in enumerate(Action) for shadow in (False, True)
}
ASKED = (1 << _ASKED_BITS) - 1
"""Mask of action and shadow in a content."""
NOTHING = ASKED
"""What a row that only ends an entry asks for."""
_CONTENT = (1 << 32) - 1 - ASKED

Keys = NDArray[np.int64]
Numbers = NDArray[np.uint32]


class Segment(NamedTuple):
    """Patterns in the order of their keys. Prefixes and ranges sort after all single numbers."""

    keys: Keys
    lines: Numbers
    contents: Numbers

    def only(self, which: slice | NDArray[np.bool_] | NDArray[np.intp]) -> Segment:
        """Return some of them, in the order asked for."""
        return Segment(self.keys[which], self.lines[which], self.contents[which])


class Earlier(NamedTuple):
    """For each pattern the line that named it first and that line's content, 0 where it is new."""

    lines: Numbers
    contents: Numbers


class SeenPatterns:
    """Where each pattern stood first, and what that line asked for."""

    def __init__(self) -> None:
        self._segments: list[Segment] = []

    def add(self, keys: Sequence[int], lines: Sequence[int], contents: Sequence[int]) -> Earlier:
        """Take in patterns by identity, line and content; return what stood earlier, also among these."""
        unsorted = Segment(
            np.array(keys, np.int64), np.array(lines, np.uint32), np.array(contents, np.uint32)
        )
        order = np.argsort(unsorted.keys, kind="stable")
        batch = unsorted.only(order)
        new, found = self._split(batch)
        self._segments.append(batch.only(new))
        self._merge()
        earlier = Earlier(np.zeros(len(order), np.uint32), np.zeros(len(order), np.uint32))
        earlier.lines[order], earlier.contents[order] = found
        return earlier

    def segments(self) -> Iterator[Segment]:
        """Return all that was taken in."""
        yield from self._segments

    def _split(self, batch: Segment) -> tuple[NDArray[np.bool_], Earlier]:
        first = np.ones(len(batch.keys), np.bool_)
        first[1:] = batch.keys[1:] != batch.keys[:-1]
        leader = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))
        lines = np.where(first, np.uint32(0), batch.lines[leader])
        contents = batch.contents[leader]
        new = first
        for segment in self._segments:
            place, match = _find(segment, batch.keys)
            lines[match] = segment.lines[place[match]]
            contents[match] = segment.contents[place[match]]
            new = new & ~match
        return new, Earlier(lines, contents)

    def _merge(self) -> None:
        segments = self._segments
        while len(segments) > 1 and len(segments[-2].keys) <= 2 * len(segments[-1].keys):
            if len(segments[-2].keys) + len(segments[-1].keys) > SEGMENT:
                return
            segments.append(_merged(segments.pop(), segments.pop()))


def identity(pattern: Pattern) -> int:
    """Return a number of 63 bits that stands for a pattern alone."""
    kind, low, high = pattern
    if kind is EntryKind.EXACT:
        return low
    if kind is EntryKind.PREFIX:
        return low | _PREFIX
    both = blake2b(b"%d %d" % (low, high), digest_size=8).digest()
    return (int.from_bytes(both) & (_RANGE - 1)) | _RANGE


def identities(rows: Sequence[ImportRow]) -> list[int]:
    """Return the identity of each row's pattern."""
    patterns = map(_PATTERN, rows)
    return [pattern[1] if pattern[0] is _EXACT else identity(pattern) for pattern in patterns]


def contents(rows: Sequence[ImportRow], moment: int) -> list[int]:
    """Return for each row a number of 32 bits that stands for all it says beside its pattern, in one process.

    Its lowest bits are NOTHING where the row only ends an entry at that moment (seconds since 1970).
    """
    # `ends` and `asked` written out: they would be calls for each of a million rows.
    return [
        (hash(row[2:_TEXT]) & _CONTENT)
        | (NOTHING if row.gone or 0 < row.expires_at <= moment else _ASKED[row.action, row.shadow])
        for row in rows
    ]


def asked(row: ImportRow) -> int:
    """Return the number of a row's action, shadow or not."""
    return _ASKED[row.action, row.shadow]


def _find(segment: Segment, keys: Keys) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    if not len(segment.keys) or keys[0] > segment.keys[-1] or keys[-1] < segment.keys[0]:
        return np.zeros(len(keys), np.intp), np.zeros(len(keys), np.bool_)
    place = np.minimum(np.searchsorted(segment.keys, keys), len(segment.keys) - 1)
    return place, segment.keys[place] == keys


def _merged(left: Segment, right: Segment) -> Segment:
    both = Segment(
        np.concatenate((left.keys, right.keys)),
        np.concatenate((left.lines, right.lines)),
        np.concatenate((left.contents, right.contents)),
    )
    return both.only(np.argsort(both.keys, kind="stable"))
