"""Wordings of several parts or of word classes, found by the part that a text holds by chance the least."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from contracts.evidence import Stage
from screening.pattern import Hit, Part, Pattern, Place
from screening.reading import Reading
from screening.word_table import Row, WordTable

# Of so many syllables in speech one is a given one, roughly.
_SYLLABLES_PER_CHANCE = 50.0
_Path = tuple[Place, ...]
_Step = tuple[str, int]
"""Key of the next part, and how many syllables may stand between."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A wording as seen from its rarest part."""

    pattern: Pattern
    rarest: str
    """Key of that part."""
    before: tuple[_Step, ...]
    """The parts before it, the nearest first."""
    after: tuple[_Step, ...]
    keys: frozenset[str]
    """Of all parts."""
    is_exact: bool
    """Whether no error is tolerated: a warning misheard excuses what is said beside it."""
    ahead: int
    """How many characters from the rarest part's first on may have a part in a hit."""
    behind: int
    """The same before it."""

    @classmethod
    def of(cls, pattern: Pattern) -> Self:
        """Choose the part that is found by chance the least, of those the last."""
        parts, gaps = pattern.parts, pattern.gaps
        index = min(range(len(parts)), key=lambda n: (_chance(parts[n]), -n))
        lengths = [gap + part.longest for gap, part in zip(gaps, parts, strict=True)]
        keys = [part.key for part in parts]
        return cls(
            pattern,
            keys[index],
            tuple((keys[n], gaps[n + 1]) for n in range(index - 1, -1, -1)),
            tuple((keys[n], gaps[n]) for n in range(index + 1, len(parts))),
            frozenset(keys),
            pattern.phrase.stage is Stage.PROTECTIVE,
            sum(lengths[index:]) - gaps[index],
            sum(lengths[:index]) + gaps[index],
        )

    def hits(self, row: Row, rows: Mapping[str, Row], since: int) -> Iterator[Hit]:
        """Yield those around places of the rarest part, its `row`, that `since` or later had a part in."""
        for place in row.places:
            hit = self._around(place, rows) if place.start + self.ahead > since else None
            if hit:
                yield hit

    def _around(self, place: Place, rows: Mapping[str, Row]) -> Hit | None:
        """Return the hit that is the most alike, of those the shortest."""
        before = _chained(place, self.before, rows, -1)
        after = before and _chained(place, self.after, rows, +1)
        if not before or not after:
            return None
        hit = Hit(self.pattern, (*reversed(before[1:]), *after), place.start + self.ahead)
        return None if self.is_exact and hit.harm else hit


def _chance(part: Part) -> float:
    return sum(pow(_SYLLABLES_PER_CHANCE, -len(word.characters)) for word in part.words)


def _chained(place: Place, steps: Sequence[_Step], rows: Mapping[str, Row], way: int) -> _Path | None:
    """Return the best places of parts one after another, going on (+1) or back (-1) from a place."""
    paths: list[_Path] = [(place,)]
    for key, gap in steps:
        places = rows[key].by_start if way > 0 else rows[key].by_end
        longer: dict[int, _Path] = {}
        for path in paths:
            edge = _edge(path, way)
            for at in range(edge, edge + way * (gap + 1), way):
                for found in places.get(at, ()):
                    _keep(longer, (*path, found), way)
        paths = list(longer.values())
    return min(paths, key=_rank, default=None)


def _keep(paths: dict[int, _Path], path: _Path, way: int) -> None:
    """Of several ways to the same place the best is enough."""
    edge = _edge(path, way)
    if edge not in paths or _rank(path) < _rank(paths[edge]):
        paths[edge] = path


def _edge(path: _Path, way: int) -> int:
    return path[-1].end if way > 0 else path[-1].start


def _rank(path: _Path) -> tuple[float, int]:
    first, last = path[0], path[-1]
    return sum(place.harm for place in path), max(first.end, last.end) - min(first.start, last.start)


class ChainIndex:
    """Chains by their rarest parts."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        chains = [Chain.of(pattern) for pattern in patterns]
        parts = {part.key: part for chain in chains for part in chain.pattern.parts}
        self._words = WordTable(parts.values())
        self._chains: defaultdict[str, list[Chain]] = defaultdict(list)
        for chain in chains:
            self._chains[chain.rarest].append(chain)
        self._reach = max((chain.behind + chain.ahead for chain in chains), default=0)

    def hits(self, reading: Reading, since: int) -> Iterator[Hit]:
        """Yield all places that character `since` or a later one had a part in."""
        rows = self._words.rows(reading, since - self._reach)
        for key, row in rows.items():
            last = max(place.start for place in row.places)
            for chain in self._chains.get(key, ()):
                if last + chain.ahead > since and chain.keys <= rows.keys():
                    yield from chain.hits(row, rows, since)
