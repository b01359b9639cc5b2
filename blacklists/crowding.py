"""How many prefixes and ranges lie over one number, and which to leave out where they are too many."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Crowd(NamedTuple):
    """The number, by its key, that most blocks lie over."""

    key: int
    blocks: int


def densest(lows: Sequence[int], highs: Sequence[int]) -> Crowd:
    """Return where most of the blocks with these first and last keys lie, of which there is at least one."""
    begun = np.sort(np.asarray(lows, np.int64))
    ended = np.sort(np.asarray(highs, np.int64))
    open_at = np.arange(1, len(begun) + 1) - np.searchsorted(ended, begun)
    place = int(open_at.argmax())
    return Crowd(int(begun[place]), int(open_at[place]))


def surplus(lows: Sequence[int], highs: Sequence[int], most: int) -> list[int]:
    """Return the places of the blocks to leave out, so that at most `most` of the others lie over a number.

    Where there are too many, those given first stay.
    """
    left_out: list[int] = []
    around: list[int] = []
    for place in np.argsort(np.asarray(lows, np.int64), kind="stable").tolist():
        around = [other for other in around if highs[other] >= lows[place]]
        insort(around, place)
        if len(around) > most:
            left_out.append(around.pop())
    return left_out
