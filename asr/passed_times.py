"""Times of what a recogniser was fed, turned back into times of the stream it came from."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

_SAME_S = 1e-6
"""A tenth of a sample at most: times are sums of floating-point numbers."""


class PassedTimes:
    """Knows where in the stream each piece stood that was fed; seconds on both sides.

    `fed_s`: what the recogniser had been fed before this stream.
    """

    def __init__(self, fed_s: float) -> None:
        self._fed_s = fed_s
        self._starts: list[tuple[float, float]] = []

    def add(self, start_s: float, length_s: float) -> None:
        """Note a piece that stood at `start_s` of the stream and is fed next; without a gap it goes on."""
        if not self._starts or abs(self._shift(self._fed_s) - (start_s - self._fed_s)) > _SAME_S:
            self._starts.append((self._fed_s, start_s))
        self._fed_s += length_s

    def forget(self) -> None:
        """Forget all pieces but the last two: no piece is as short as a decoder is behind."""
        del self._starts[:-2]

    def place(self, words: list[dict[str, Any]]) -> None:
        """Put the words of a result, as Vosk lists them, where they stood in the stream."""
        for word in words:
            shift = self._shift(word["start"])
            # A word that ends where its piece ends does not end where the next piece begins.
            word["start"], word["end"] = round(word["start"] + shift, 6), round(word["end"] + shift, 6)

    def _shift(self, fed_s: float) -> float:
        found = max(0, bisect_left(self._starts, (fed_s + _SAME_S, 0.0)) - 1)
        fed, stood = self._starts[found]
        return stood - fed
