"""Pieces of wordings that a text must hold unharmed where it holds the wording, and what grows from them.

Of any k + 1 pieces of a wording k errors leave one unharmed, so looking pieces up finds all there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Protocol

from rapidfuzz.distance import Levenshtein

from contracts.evidence import Stage
from screening.likeness import is_credible, keeps_meaning, literal
from screening.pattern import Hit, Pattern, Place, Word
from screening.reading import Reading
from screening.syllables import sound_alike

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


def seeds_of(pattern: Pattern, whole: Word) -> Iterator[Seed]:
    """Yield what a wording without slots and classes, `whole`, is looked up by."""
    if len(whole.syllables) <= _LONGEST_LITERAL:
        yield WholeSeed(pattern, whole)
    else:
        yield from PieceSeed.all_of(pattern, whole, _tolerance_of(pattern, len(whole.syllables)))


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


def _tolerance_of(pattern: Pattern, length: int) -> Tolerance:
    # One word makes an order of a warning: 把验证码告诉我 and 不要把验证码告诉 are nearly the same, and a
    # warning misheard excuses what is said beside it.
    if pattern.phrase.stage is Stage.PROTECTIVE:
        return _NO_ERROR
    return next(tolerance for longest, tolerance in _TOLERANCES if length <= longest)


@dataclass(frozen=True, slots=True)
class WholeSeed:
    """A wording too short for any error.

    Its sound alone says too little: two thirds of its characters must be the very ones.
    """

    pattern: Pattern
    word: Word

    @property
    def key(self) -> str:
        """All its syllables."""
        return self.word.syllables

    @property
    def ahead(self) -> int:
        """Its own length."""
        return len(self.key)

    def grow(self, reading: Reading, at: int) -> Hit | None:
        """Return its place, if enough of its characters are the very ones."""
        end = at + len(self.key)
        wanted = self.word.characters
        if 3 * literal(wanted, reading.characters[at:end]) < 2 * len(wanted):
            return None
        return Hit(self.pattern, (Place(self.word, at, end, 0.0),), end)


@dataclass(frozen=True, slots=True)
class PieceSeed:
    """A piece of a wording that may suffer errors."""

    pattern: Pattern
    word: Word
    before: str
    """Syllables of the wording before the piece."""
    key: str
    after: str
    """Syllables of the wording behind the piece."""
    tolerance: Tolerance
    """Of the whole wording."""

    @classmethod
    def all_of(cls, pattern: Pattern, word: Word, tolerance: Tolerance) -> Iterator[PieceSeed]:
        """Yield one piece more than there may be errors, all of about the same length."""
        whole, pieces = word.syllables, tolerance.errors + 1
        for n in range(pieces):
            start, end = n * len(whole) // pieces, (n + 1) * len(whole) // pieces
            yield cls(pattern, word, whole[:start], whole[start:end], whole[end:], tolerance)

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
        found = reading.characters[start:stop]
        if harm > self.tolerance.harm or (harm and not is_credible(self.word.characters, found, harmed=True)):
            return None
        if not keeps_meaning(self.word, reading, start, stop):
            return None
        return Hit(self.pattern, (Place(self.word, start, stop, harm),), at + self.ahead)

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
