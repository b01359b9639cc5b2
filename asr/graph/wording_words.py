"""Wordings cut into words of a speech model's vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import inf

_NOT_SAID = re.compile(r"[\W_]+")


class Cutter:
    """Cuts a text where its words, each without context, cost least together (Viterbi)."""

    def __init__(self, costs: Mapping[str, float]) -> None:
        self._costs = costs
        self._longest = max(map(len, costs), default=0)

    def cut(self, wording: str) -> Iterator[list[str]]:
        """Yield the stretches of a wording as words; it ends at a slot, a mark or what is in no word."""
        for part in _NOT_SAID.split(wording):
            yield from self._stretches(part)

    def _stretches(self, text: str) -> Iterator[list[str]]:
        stretch: list[str] = []
        for word in self._cheapest(text):
            if word in self._costs:
                stretch.append(word)
            elif stretch:
                yield stretch
                stretch = []
        if stretch:
            yield stretch

    def _cheapest(self, text: str) -> list[str]:
        """Return the words; a character that is in none stands alone and costs more than any words."""
        best: list[tuple[float, list[str]]] = [(0.0, [])]
        for end in range(1, len(text) + 1):
            ways = [
                (best[start][0] + self._cost(text[start:end]), [*best[start][1], text[start:end]])
                for start in range(max(0, end - max(1, self._longest)), end)
            ]
            best.append(min(ways))
        return best[-1][1]

    def _cost(self, word: str) -> float:
        return self._costs.get(word, 1_000.0 if len(word) == 1 else inf)
