"""Prefixes and ranges of one file that meet others, or single numbers, with another action."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from blacklists.importing.notice import Notice, named
from blacklists.importing.row import ImportRow
from blacklists.importing.seen import ASKED, NOTHING, Segment, asked
from blacklists.key import length_of
from blacklists.pattern import Pattern
from blacklists.reason import Reason, Why
from contracts.number_list import EntryKind

_OPEN = 16
"""Blocks begun and not ended that a block is held against: the innermost."""
_NUMBERS = 50_000_000
"""Single numbers looked over in all."""
_LENGTH = length_of(-1)
"""Mask of the bits of a key that count its digits."""


class _Block(NamedTuple):
    pattern: Pattern
    line: int
    asked: int

    def beside(self, other: _Block) -> Mapping[str, str | int]:
        """Return what a reason says of this one that meets another."""
        theirs = {f"other_{part}": said for part, said in named(other.pattern).items()}
        return {**named(self.pattern), **theirs, "line": other.line}

    def meets(self, other: _Block) -> bool:
        """Tell whether some number is in both, and is asked for two actions; `other` begins in this one."""
        if self.asked == other.asked:
            return False
        kinds = (self.pattern.kind, other.pattern.kind)
        mine, others = length_of(self.pattern.low), length_of(other.pattern.low)
        if kinds == (EntryKind.RANGE, EntryKind.RANGE):
            return mine == others
        if kinds == (EntryKind.PREFIX, EntryKind.RANGE):
            return mine <= others
        return kinds == (EntryKind.PREFIX, EntryKind.PREFIX) or others <= mine


class Overlaps:
    """The prefixes and ranges seen so far; single numbers are taken from what is kept of all patterns."""

    def __init__(self) -> None:
        self._lows = array("q")
        self._highs = array("q")
        self._lines = array("l")
        # Kind and what is asked for, in one byte.
        self._marks = array("B")

    def add(self, row: ImportRow) -> None:
        """Take in a prefix or a range that will be in force."""
        kind, low, high = row.pattern
        self._lows.append(low)
        self._highs.append(high)
        self._lines.append(row.line)
        self._marks.append(asked(row) << 1 | (kind is EntryKind.RANGE))

    def notices(self, segments: Iterator[Segment]) -> Iterator[Notice]:
        """Yield a notice for each block that meets blocks, or numbers of the segments, with another action.

        Blocks are held against the innermost 16 around them, and 50 million single numbers are looked over:
        enough for any list made by people, and an end for one that was made to have none.
        """
        yield from self._among_blocks()
        yield from self._over_numbers(list(segments))

    def _among_blocks(self) -> Iterator[Notice]:
        around: list[_Block] = []
        for block in self._in_order():
            around = [other for other in around if other.pattern.high >= block.pattern.low][-_OPEN:]
            yield from _meetings(block, around)
            around.append(block)

    def _in_order(self) -> Iterator[_Block]:
        lows, highs = np.array(self._lows, np.int64), np.array(self._highs, np.int64)
        for place in np.lexsort((-highs, lows)):
            yield self._block(int(place))

    def _block(self, place: int) -> _Block:
        mark = self._marks[place]
        kind = EntryKind.RANGE if mark & 1 else EntryKind.PREFIX
        return _Block(Pattern(kind, self._lows[place], self._highs[place]), self._lines[place], mark >> 1)

    def _over_numbers(self, segments: list[Segment]) -> Iterator[Notice]:
        left = _NUMBERS
        for place in range(len(self._lows)):
            block = self._block(place)
            lines: list[NDArray[np.uint32]] = []
            for segment in segments:
                first, last = np.searchsorted(segment.keys, (block.pattern.low, block.pattern.high + 1))
                left -= int(last - first)
                if left < 0:
                    return
                lines.append(_disagreeing(block, segment.only(slice(first, last))))
            if count := sum(map(len, lines)):
                least = min(int(found.min()) for found in lines if len(found))
                said: dict[str, str | int] = {**named(block.pattern), "count": count, "line": least}
                yield Notice(block.line, Reason(Why.COVERS_NUMBERS, said))


def _meetings(block: _Block, around: list[_Block]) -> Iterator[Notice]:
    meeting = [other for other in reversed(around) if other.meets(block)]
    for other in meeting:
        if other.pattern.high >= block.pattern.high:
            yield Notice(block.line, Reason(Why.LIES_WITHIN, block.beside(other)))
            break
    for other in meeting:
        if other.pattern.high < block.pattern.high:
            yield Notice(block.line, Reason(Why.CROSSES, block.beside(other)))
            break


def _disagreeing(block: _Block, covered: Segment) -> NDArray[np.uint32]:
    lengths, length = covered.keys & _LENGTH, length_of(block.pattern.low)
    fits = lengths == length if block.pattern.kind is EntryKind.RANGE else lengths >= length
    asks = covered.contents & ASKED
    found: NDArray[np.uint32] = covered.lines[fits & (asks != block.asked) & (asks != NOTHING)]
    return found
