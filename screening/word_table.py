"""Finding words in a reading, each by a piece or two of it that recognition has left unharmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from screening.key_table import KeyTable
from screening.likeness import is_credible, keeps_meaning
from screening.pattern import Part, Place, Word
from screening.reading import Reading
from screening.syllables import sound_alike

_HARM = 0.5


@dataclass(frozen=True)
class Row:
    """The places of one part."""

    places: list[Place]

    @cached_property
    def by_start(self) -> Mapping[int, Sequence[Place]]:
        """The places by their first character; worked out once, for most rows are never asked."""
        return _grouped((place.start, place) for place in self.places)

    @cached_property
    def by_end(self) -> Mapping[int, Sequence[Place]]:
        """The places by where they end."""
        return _grouped((place.end, place) for place in self.places)


def _grouped(placed: Iterable[tuple[int, Place]]) -> Mapping[int, Sequence[Place]]:
    grouped: defaultdict[int, list[Place]] = defaultdict(list)
    for at, place in placed:
        grouped[at].append(place)
    return dict(grouped)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a word is looked up by."""

    word: Word
    parts: tuple[str, ...]
    """Keys of the parts that the word belongs to."""
    offset: int
    opening: str
    """What the piece before this one looks for; empty where this is the first."""


class WordTable:
    """The words of all parts."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._table: KeyTable[_Piece] = KeyTable()
        belonging: defaultdict[Word, list[str]] = defaultdict(list)
        for part in parts:
            for word in part.words:
                belonging[word].append(part.key)
        for word, keys in belonging.items():
            for key, piece in _pieces(word, tuple(keys)):
                self._table.add(key, piece)

    def rows(self, reading: Reading, since: int) -> dict[str, Row]:
        """Return the places from character `since` on, by the keys of their parts."""
        found: defaultdict[str, list[Place]] = defaultdict(list)
        for at, piece in self._table.scan(reading, since):
            place = _place(piece, reading, at - piece.offset)
            if place:
                for part in piece.parts:
                    found[part].append(place)
        return {part: Row(places) for part, places in found.items()}


def _pieces(word: Word, parts: tuple[str, ...]) -> Iterator[tuple[str, _Piece]]:
    """Yield all of a word; of a tolerant one beginning and end, of which one error leaves one."""
    whole = word.characters if len(word.characters) == 1 else word.syllables
    if not word.is_tolerant:
        yield whole, _Piece(word, parts, 0, "")
        return
    size = min(3, max(2, len(whole) // 2))
    yield whole[:size], _Piece(word, parts, 0, "")
    yield whole[-size:], _Piece(word, parts, len(whole) - size, whole[:size])


def _place(piece: _Piece, reading: Reading, start: int) -> Place | None:
    if piece.offset and (start < 0 or reading.syllables.startswith(piece.opening, start)):
        return None  # found by its beginning already
    word, end = piece.word, start + len(piece.word.characters)
    found = reading.characters[start:end]
    if found == word.characters:
        return Place(word, start, end, 0.0)
    harm = _harm(word.syllables, reading.syllables[start:end]) if word.is_tolerant else 0.0
    if harm is None or not is_credible(word.characters, found, harmed=harm > 0):
        return None
    if not keeps_meaning(word, reading, start, end):
        return None
    return Place(word, start, end, harm)


def _harm(wanted: str, heard: str) -> float | None:
    """Return 0 for the same syllables, a half where one only begins or ends like the right one, else None."""
    if wanted == heard:
        return 0.0
    if len(wanted) != len(heard):
        return None
    wrong = [(one, other) for one, other in zip(wanted, heard, strict=True) if one != other]
    return _HARM if len(wrong) == 1 and sound_alike(*wrong[0]) else None
