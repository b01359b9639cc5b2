"""Pieces of wordings that a text must hold unharmed where it holds the wording, and what grows from them.

Of any k + 1 pieces of a wording k errors leave one unharmed, so looking pieces up finds all there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Protocol

from rapidfuzz.distance import Levenshtein

from contracts.evidence import Stage
from screening.negation import adds_negation, keeps_negations
from screening.pattern import Hit, Part, Pattern
from screening.reading import Reading
from screening.syllables import sound_alike

_SLOT_REACH = 8
_LONGEST_LITERAL = 3
_LONGEST_DOUBTED = 5


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
    if len(pattern.parts) > 1:
        yield PartSeed.of(pattern)
    elif len(pattern.syllables) <= _LONGEST_LITERAL:
        yield WholeSeed(pattern)
    else:
        yield from PieceSeed.all_of(pattern, _tolerance_of(pattern))


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What recognition may have done to a wording: less where it is short."""

    errors: int
    """Syllables that may be wrong, missing or too many."""
    harm: float
    """What these may come to: 1 each, half of it where a wrong syllable begins or ends like the right one."""
    slack: int
    """How many of them may be missing or too many."""


_NO_ERROR = Tolerance(0, 0.0, 0)
_TOLERANCES = (
    (5, Tolerance(1, 0.5, 0)),
    (8, Tolerance(2, 1.0, 1)),
    (12, Tolerance(3, 2.0, 2)),
    (inf, Tolerance(4, 3.0, 3)),
)


def _tolerance_of(pattern: Pattern) -> Tolerance:
    # One word makes an order of a warning: 把验证码告诉我 and 不要把验证码告诉 are nearly the same, and a
    # warning misheard excuses what is said beside it.
    if pattern.phrase.stage is Stage.PROTECTIVE:
        return _NO_ERROR
    return next(tolerance for longest, tolerance in _TOLERANCES if len(pattern.syllables) <= longest)


@dataclass(frozen=True, slots=True)
class WholeSeed:
    """A wording too short for any error.

    Its sound alone says too little: two thirds of its characters must be the very ones.
    """

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
        if 3 * _literal(wanted, reading.characters[at:end]) < 2 * len(wanted):
            return None
        return Hit(self.pattern, at, end, 0, end)


def _literal(wanted: str, found: str) -> int:
    """Return how many characters are the very ones, place by place."""
    return sum(a == b for a, b in zip(wanted, found, strict=False))


@dataclass(frozen=True, slots=True)
class PieceSeed:
    """A piece of a wording that may suffer errors."""

    pattern: Pattern
    before: str
    """Syllables of the wording before the piece."""
    key: str
    after: str
    """Syllables of the wording behind the piece."""
    tolerance: Tolerance
    """Of the whole wording."""

    @classmethod
    def all_of(cls, pattern: Pattern, tolerance: Tolerance) -> Iterator[PieceSeed]:
        """Yield one piece more than there may be errors, all of about the same length."""
        whole, pieces = pattern.syllables, tolerance.errors + 1
        for n in range(pieces):
            start, end = n * len(whole) // pieces, (n + 1) * len(whole) // pieces
            yield cls(pattern, whole[:start], whole[start:end], whole[end:], tolerance)

    @property
    def ahead(self) -> int:
        """The rest of the wording, and what may be too much in it."""
        return len(self.key) + len(self.after) + self.tolerance.slack

    def grow(self, reading: Reading, at: int) -> Hit | None:
        """Return the place with the fewest errors around the piece, of those the most alike in length."""
        heard, end = reading.syllables, at + len(self.key)
        start = self._fit(self.before, heard, at, -1)
        stop = None if start is None else self._fit(self.after, heard, end, +1)
        if start is None or stop is None:
            return None
        harm = _harm(self.before, heard[start:at]) + _harm(self.after, heard[end:stop])
        is_found = harm <= self.tolerance.harm and self._is_credible(harm, reading.characters[start:stop])
        if not is_found or not self._means_the_same(reading, start, stop):
            return None
        return Hit(self.pattern, start, stop, harm, at + self.ahead)

    def _is_credible(self, harm: float, found: str) -> bool:
        """A short wording with an error in it needs half of its characters: 可以加一 is not 可疑交易."""
        wanted = self.pattern.characters
        return harm == 0 or len(wanted) > _LONGEST_DOUBTED or 2 * _literal(wanted, found) >= len(wanted)

    def _means_the_same(self, reading: Reading, start: int, stop: int) -> bool:
        return keeps_negations(self.pattern.syllables, reading.syllables[start:stop]) and not adds_negation(
            self.pattern.characters, reading.characters[start:stop]
        )

    def _fit(self, wanted: str, heard: str, at: int, way: int) -> int | None:
        """Return where what stands next to `at` ends if it is `wanted` with the fewest errors."""
        errors, slack = self.tolerance.errors, self.tolerance.slack
        found = heard[at : at + len(wanted)] if way > 0 else heard[max(0, at - len(wanted)) : at]
        if found == wanted:
            return at + way * len(wanted)
        # Another end, by so many syllables, can only be better by as many errors.
        if Levenshtein.distance(wanted, found, score_cutoff=errors + slack) > errors + slack:
            return None
        most = at if way < 0 else len(heard) - at
        lengths = range(max(0, len(wanted) - slack), min(most, len(wanted) + slack) + 1)
        fits = (self._fitting(wanted, heard, at, at + way * length) for length in lengths)
        wrong, _, place = min(fits, default=(inf, 0, at))
        return place if wrong <= errors else None

    def _fitting(self, wanted: str, heard: str, at: int, place: int) -> tuple[float, int, int]:
        found = heard[min(at, place) : max(at, place)]
        errors = Levenshtein.distance(wanted, found, score_cutoff=self.tolerance.errors)
        return errors, abs(len(found) - len(wanted)), place


def _harm(wanted: str, heard: str) -> float:
    if wanted == heard:
        return 0.0
    return sum(
        0.5 if op.tag == "replace" and sound_alike(wanted[op.src_pos], heard[op.dest_pos]) else 1.0
        for op in Levenshtein.editops(wanted, heard)
    )


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
