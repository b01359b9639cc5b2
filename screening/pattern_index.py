"""Finding wordings in what is new of a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from screening.chain import ChainIndex
from screening.key_table import KeyTable
from screening.pattern import Hit, Pattern
from screening.reading import Reading
from screening.seed import Seed, seeds_of


class PatternIndex:
    """Wordings by their seeds, those with slots or classes by their chains.

    RapidFuzz takes 1.4 ms to compare a partial with each of 3,000 wordings, where 0.5 ms are to be had;
    looking up what is new takes a twentieth of that (`tests/perf/bench_matching.py`).
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._seeds: KeyTable[tuple[Seed, int]] = KeyTable()
        self._farthest = 0
        chained = []
        for pattern in patterns:
            if pattern.whole is None:
                chained.append(pattern)
                continue
            for seed in seeds_of(pattern, pattern.whole):
                self._seeds.add(seed.key, (seed, seed.ahead))
                self._farthest = max(self._farthest, seed.ahead)
        self._chains = ChainIndex(chained)

    def hits(self, reading: Reading, since: int) -> Iterator[Hit]:
        """Yield all places that character `since` or a later one had a part in."""
        for at, (seed, ahead) in self._seeds.scan(reading, since - self._farthest):
            hit = seed.grow(reading, at) if at + ahead > since else None
            if hit:
                yield hit
        yield from self._chains.hits(reading, since)
