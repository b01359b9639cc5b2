"""Pieces of wordings that a text must hold unharmed where it holds the wording, and what grows from them.

Of any k + 1 pieces of a wording k errors leave one unharmed, so looking pieces up finds all there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz.distance import Levenshtein

from screening.negation import adds_negation, keeps_negations
from screening.pattern import Hit, Part, Pattern
from screening.reading import Reading

_SLOT_REACH = 8
# Below four syllables sound alone says too little: two thirds of the characters must be the very ones.
_LONGEST_LITERAL = 3


class Seed(Protocol):
    """A piece of one wording."""

    @property
    def key(self) -> str:
        """What the text must hold: syllables, or a single character."""
        ...

    @property
    def ahead(self) -> int:
        """How many characters from the piece's first on may have a part in a hit."""
        ...

    def grow(self, reading: Reading, at: int) -> Hit | None:
        """Return the wording's best place around the piece found at this character, if it stands there."""
        ...


def seeds_of(pattern: Pattern) -> Iterator[Seed]:
    """Yield what a wording is looked up by."""
    errors = errors_allowed(len(pattern.syllables))
    if len(pattern.parts) > 1:
        yield PartSeed.of(pattern)
    elif errors:
        yield from PieceSeed.all_of(pattern, errors)
    else:
        yield WholeSeed(pattern)


def errors_allowed(length: int) -> int:
    """Return how many of so many syllables may be wrong, missing or too many: fewer in short wordings."""
    return 0 if length <= 5 else 1 if length <= 8 else 2 if length <= 12 else 3


@dataclass(frozen=True, slots=True)
class WholeSeed:
    """A wording too short for any error."""

    pattern: Pattern

    @property
    def key(self) -> str:
        """All its syllables."""
        return self.pattern.syllables

    @property
    def ahead(self) -> int:
        """Its own length."""
        return len(self.key)

    def grow(self, reading: Reading, at: int) -> Hit | None:
        """Return its place, if enough of its characters are the very ones."""
        end = at + len(self.key)
        wanted = self.pattern.characters
        if len(wanted) <= _LONGEST_LITERAL and not _is_literal(wanted, reading.characters[at:end]):
            return None
        return Hit(self.pattern, at, end, 0, end)


def _is_literal(wanted: str, found: str) -> bool:
    return 3 * sum(a == b for a, b in zip(wanted, found, strict=True)) >= 2 * len(wanted)


@dataclass(frozen=True, slots=True)
class PieceSeed:
    """A piece of a wording that may suffer errors."""

    pattern: Pattern
    offset: int
    """Syllables of the wording before the piece."""
    key: str
    errors: int
    """At most so many in the whole wording."""

    @classmethod
    def all_of(cls, pattern: Pattern, errors: int) -> Iterator[PieceSeed]:
        """Yield one piece more than there may be errors, all of about the same length."""
        length, pieces = len(pattern.syllables), errors + 1
        for n in range(pieces):
            start, end = n * length // pieces, (n + 1) * length // pieces
            yield cls(pattern, start, pattern.syllables[start:end], errors)

    @property
    def ahead(self) -> int:
        """The rest of the wording, and what may be too much in it."""
        return len(self.pattern.syllables) - self.offset + self.errors

    def grow(self, reading: Reading, at: int) -> Hit | None:
        """Return the place with the fewest errors around the piece, of those the most alike in length."""
        heard, end = reading.syllables, at + len(self.key)
        before = self.pattern.syllables[: self.offset]
        after = self.pattern.syllables[self.offset + len(self.key) :]
        wrong_before, start = self._fit(before, heard, at, -1)
        wrong_after, stop = self._fit(after, heard, end, +1)
        errors = wrong_before + wrong_after
        if errors > self.errors or not self._means_the_same(reading, start, stop):
            return None
        return Hit(self.pattern, start, stop, errors, at + self.ahead)

    def _means_the_same(self, reading: Reading, start: int, stop: int) -> bool:
        return keeps_negations(self.pattern.syllables, reading.syllables[start:stop]) and not adds_negation(
            self.pattern.characters, reading.characters[start:stop]
        )

    def _fit(self, wanted: str, heard: str, at: int, way: int) -> tuple[int, int]:
        """Return the fewest errors of `wanted` in what stands next to `at`, and where that ends."""
        lengths = range(max(0, len(wanted) - self.errors), len(wanted) + self.errors + 1)
        most = at if way < 0 else len(heard) - at
        places = sorted({at + way * min(length, most) for length in lengths})
        return min(
            (
                Levenshtein.distance(
                    wanted, heard[min(at, place) : max(at, place)], score_cutoff=self.errors
                ),
                abs(abs(place - at) - len(wanted)),
                place,
            )
            for place in places
        )[::2]


@dataclass(frozen=True, slots=True)
class PartSeed:
    """The longest part of a wording with slots."""

    pattern: Pattern
    index: int
    key: str
    ahead: int

    @classmethod
    def of(cls, pattern: Pattern) -> PartSeed:
        """Choose the part that is found by chance the least: the longest, of those the last."""
        parts = pattern.parts
        index = max(range(len(parts)), key=lambda n: (len(parts[n].characters), n))
        ahead = sum(len(part.characters) + _SLOT_REACH for part in parts[index:]) - _SLOT_REACH
        return cls(pattern, index, parts[index].key, ahead)

    def grow(self, reading: Reading, at: int) -> Hit | None:
        """Return the shortest place whose other parts stand around this one."""
        parts = self.pattern.parts
        start = _first_of(parts[: self.index], reading, at)
        end = _last_of(parts[self.index + 1 :], reading, at + len(self.key))
        if start is None or end is None:
            return None
        return Hit(self.pattern, start, end, 0, at + self.ahead)


def _first_of(parts: Sequence[Part], reading: Reading, at: int) -> int | None:
    """Return where parts that end in a slot before `at` begin, the nearest."""
    reached = {at}
    for part in reversed(parts):
        length = len(part.characters)
        places = {end - length - gap for end in reached for gap in range(_SLOT_REACH + 1)}
        reached = {place for place in places if place >= 0 and part.stands_at(reading, place)}
    return max(reached, default=None)


def _last_of(parts: Sequence[Part], reading: Reading, at: int) -> int | None:
    """Return where parts that begin after a slot from `at` on end, the nearest."""
    reached = {at}
    for part in parts:
        places = {end + gap for end in reached for gap in range(_SLOT_REACH + 1)}
        reached = {place + len(part.characters) for place in places if part.stands_at(reading, place)}
    return min(reached, default=None)
