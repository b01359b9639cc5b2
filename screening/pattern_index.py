"""Looking wordings up by pieces of them, so that a text costs by its length and not by the phrasebook's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from screening.pattern import Hit, Pattern
from screening.reading import Reading
from screening.seed import Seed, seeds_of


class PatternIndex:
    """Wordings by their seeds.

    RapidFuzz takes 1.4 ms to compare a partial with each of 3,000 wordings, where 0.5 ms are to be had;
    looking up what is new takes a twentieth of that (`tests/perf/bench_matching.py`).
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._seeds: defaultdict[str, list[tuple[Seed, int]]] = defaultdict(list)
        for pattern in patterns:
            for seed in seeds_of(pattern):
                self._seeds[seed.key].append((seed, seed.ahead))
        self._lengths = sorted({len(key) for key in self._seeds if len(key) > 1})
        self._openings = {key[:2] for key in self._seeds if len(key) > 1}
        self._farthest = max((ahead for seeds in self._seeds.values() for _, ahead in seeds), default=0)

    def hits(self, reading: Reading, since: int) -> Iterator[Hit]:
        """Yield all places that character `since` or a later one had a part in."""
        for at in range(max(0, since - self._farthest), len(reading.syllables)):
            for seed, ahead in self._seeds_at(reading, at):
                hit = seed.grow(reading, at) if at + ahead > since else None
                if hit:
                    yield hit

    def _seeds_at(self, reading: Reading, at: int) -> Iterator[tuple[Seed, int]]:
        yield from self._seeds.get(reading.characters[at], ())
        if reading.syllables[at : at + 2] not in self._openings:
            return
        for length in self._lengths:
            key = reading.syllables[at : at + length]
            if len(key) == length:
                yield from self._seeds.get(key, ())
