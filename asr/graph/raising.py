"""A grammar in which what a phrasebook says is more probable than it was.

The phrasebook's own bigrams are added to those of the grammar with a weight, as in linear interpolation
(Jelinek and Mercer 1980); what the grammar says of everything else is kept: nothing becomes less probable.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import exp, log

from asr.graph.grammar import BACK_OFF, Arc, Unigrams, by_state

Pairs = Mapping[int, Mapping[int, float]]
"""First word, then second word: the probability of the second after the first."""


class Raising:
    """What is to be raised, and how much."""

    def __init__(self, stretches: Iterable[Sequence[int]], unigrams: Unigrams, weight: float) -> None:
        """Count words and pairs of words in `stretches`; `weight` (0 to 1) multiplies what they amount to."""
        self._unigrams = unigrams
        self._weight = weight
        self._words, self._pairs = _shares([list(stretch) for stretch in stretches])
        arcs = unigrams.arcs
        new = sorted(first for first in self._pairs if arcs[first].target == unigrams.state)
        self._new = {first: unigrams.states + place for place, first in enumerate(new)}
        self._firsts = {arcs[first].target: first for first in self._pairs if first not in self._new}

    def lines(self, grammar: Iterable[str]) -> Iterator[str]:
        """Yield the lines of the grammar raised; GrammarError where one cannot be read."""
        for state, lines in by_state(grammar):
            if state == self._unigrams.state:
                yield from self._raised(state, map(self._led_on, lines), self._words)
            elif state in self._firsts:
                yield from self._raised(state, map(self._led_on, lines), self._pairs[self._firsts[state]])
            else:
                yield from map(self._led_on, lines)
        for first, state in self._new.items():
            back_off = Arc(state, self._unigrams.state, BACK_OFF, 0.0)
            yield from self._raised(state, [back_off.line()], self._pairs[first])

    def _raised(self, state: int, lines: Iterable[str], shares: Mapping[int, float]) -> Iterator[str]:
        missing, back_off = dict(shares), 0.0
        for line in lines:
            arc = Arc.read(line)
            if arc is None:
                yield line
                continue
            if arc.word == BACK_OFF:
                back_off = arc.cost
            share = missing.pop(arc.word, 0.0)
            yield Arc(state, arc.target, arc.word, self._cost(arc.cost, share)).line() if share else line
        for word, share in missing.items():
            alone = self._unigrams.arcs[word]
            yield Arc(state, self._after(word), word, self._cost(back_off + alone.cost, share)).line()

    def _cost(self, cost: float, share: float) -> float:
        return -log(exp(-cost) + self._weight * share)

    def _after(self, word: int) -> int:
        return self._new.get(word, self._unigrams.arcs[word].target)

    def _led_on(self, line: str) -> str:
        """Lead a word that had no context of its own to its new one."""
        if not self._new or f"\t{self._unigrams.state}\t" not in line:
            return line
        arc = Arc.read(line)
        if arc is None or arc.target != self._unigrams.state or arc.word not in self._new:
            return line
        return Arc(arc.source, self._new[arc.word], arc.word, arc.cost).line()


def _shares(stretches: Sequence[Sequence[int]]) -> tuple[dict[int, float], Pairs]:
    words = Counter(word for stretch in stretches for word in stretch)
    pairs: defaultdict[int, dict[int, float]] = defaultdict(dict)
    for (first, second), count in Counter(
        pair for stretch in stretches for pair in pairwise(stretch)
    ).items():
        pairs[first][second] = count / words[first]
    return {word: count / words.total() for word, count in words.items()}, pairs
