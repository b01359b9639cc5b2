"""Blocks of numbers that may overlap, cut into segments that do not, so that one bisection finds them all."""

from __future__ import annotations

from array import array
from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from blacklists.key import text_of
from contracts.errors import BadInputError


class CrowdedNumberError(BadInputError):
    """More entries cover one number than a look-up should ever have to walk."""

    code = "lists.crowded_number"


@dataclass(frozen=True, slots=True)
class Segments:
    """Segment i begins at starts[i] and has the blocks members[offsets[i]:offsets[i + 1]].

    Before the first segment lies no block, and behind the last block lies a segment without any.
    """

    starts: array[int] = field(default_factory=lambda: array("Q"))
    offsets: array[int] = field(default_factory=lambda: array("I", [0]))
    members: array[int] = field(default_factory=lambda: array("I"))

    def at(self, key: int) -> Sequence[int]:
        """Return the places of all blocks whose ends the key lies between."""
        segment = bisect_right(self.starts, key) - 1
        if segment < 0:
            return ()
        return self.members[self.offsets[segment] : self.offsets[segment + 1]]


def cut_into_segments(lows: Sequence[int], highs: Sequence[int], most: int) -> Segments:
    """Return the segments of blocks given by their first and last keys; a block is named by its place.

    Raises:
        CrowdedNumberError: more than `most` blocks lie over one number; it says which.
    """
    opening = np.argsort(np.asarray(lows, np.uint64), kind="stable").tolist()
    closing = np.argsort(np.asarray(highs, np.uint64), kind="stable").tolist()
    sweep = _Sweep(most)
    closed = 0
    for place in opening:
        start = int(lows[place])
        while (end := int(highs[closing[closed]]) + 1) <= start:
            sweep.close(closing[closed], end)
            closed += 1
        sweep.open(place, start)
    for place in closing[closed:]:
        sweep.close(place, int(highs[place]) + 1)
    return sweep.finish()


class _Sweep:
    """Walks up the keys with the blocks that are open."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._at = 0
        self._open: list[int] = []
        self._starts = array("Q")
        self._counts = array("I")
        self._members = array("I")

    def open(self, place: int, start: int) -> None:
        self._move(start)
        insort(self._open, place)
        if len(self._open) > self._most:
            raise CrowdedNumberError(
                f"{text_of(start)} is covered by more than {self._most} prefixes and ranges; "
                "remove some that say the same"
            )

    def close(self, place: int, end: int) -> None:
        self._move(end)
        self._open.remove(place)

    def finish(self) -> Segments:
        if self._at:
            self._write()
        offsets = array("I", [0])
        for count in self._counts:
            offsets.append(offsets[-1] + count)
        return Segments(self._starts, offsets, self._members)

    def _move(self, key: int) -> None:
        if key > self._at and self._at:
            self._write()
        self._at = key

    def _write(self) -> None:
        self._starts.append(self._at)
        self._counts.append(len(self._open))
        self._members.extend(self._open)
