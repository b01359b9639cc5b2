"""Blocks of numbers that may overlap, cut into segments that do not, so that one bisection finds them all."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from blacklists.key import text_of
from contracts.errors import BadInputError

# So many segments, of at most 64 blocks each, take about 100 MB while they are laid out.
_AT_A_TIME = 1 << 16
_Places: TypeAlias = "npt.NDArray[np.uint32]"


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


def cut_into_segments(lows: npt.ArrayLike, highs: npt.ArrayLike, most: int) -> Segments:
    """Return the segments of blocks given by their first and last keys; a block is named by its place.

    Raises:
        CrowdedNumberError: more than `most` blocks lie over one number; it says which.
    """
    begins, ends = np.asarray(lows, np.uint64), np.asarray(highs, np.uint64) + np.uint64(1)
    starts = _distinct(np.concatenate((begins, ends)))
    first, last = (np.searchsorted(starts, keys).astype(np.uint32) for keys in (begins, ends))
    covering = np.bincount(first, minlength=len(starts))
    covering -= np.bincount(last, minlength=len(starts))
    np.cumsum(covering, out=covering)
    _refuse_crowds(starts, covering, most)
    members = array("I")
    for begin in range(0, len(starts), _AT_A_TIME):
        members.frombytes(_members(first, last, begin).data.cast("B"))
    offsets = array("I", [0])
    offsets.frombytes(np.cumsum(covering).astype(np.uint32).data.cast("B"))
    return Segments(array("Q", starts.tobytes()), offsets, members)


def _distinct(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Sort keys where they lie and return each once; np.unique takes three times the memory."""
    keys.sort()
    return keys[np.concatenate(([True], keys[1:] != keys[:-1]))] if len(keys) else keys


def _refuse_crowds(starts: npt.NDArray[np.uint64], covering: npt.NDArray[np.int64], most: int) -> None:
    crowded = covering > most
    if crowded.any():
        raise CrowdedNumberError(
            f"{text_of(int(starts[int(crowded.argmax())]))} is covered by more than {most} prefixes and "
            "ranges; remove some that say the same"
        )


def _members(first: _Places, last: _Places, begin: int) -> _Places:
    """Return the blocks of some segments from `begin` on, segment by segment."""
    end = begin + _AT_A_TIME
    blocks = np.flatnonzero((first < end) & (last > begin))
    left = np.maximum(first[blocks], begin).astype(np.int64)
    counts = np.minimum(last[blocks], end) - left
    # A block stands in every segment from its first on: the n-th of its copies in the n-th of them.
    before = np.cumsum(counts) - counts
    segments = np.repeat(left - before, counts) + np.arange(counts.sum())
    return np.repeat(blocks, counts)[np.argsort(segments, kind="stable")].astype(np.uint32)
