"""A wording made ready for searching, and the places where one was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from screening.phrase import SLOT, Phrase
from screening.syllables import to_syllables
from screening.word_class import WordClass
from screening.wording import Element, elements_of

SLOT_REACH = 8
"""Syllables that a slot stands for at most."""
# Of a class's many short words one is always nearly said: 有一个 is not 弄一个.
_TOLERANT, _TOLERANT_OF_MANY = 3, 4


@dataclass(frozen=True, slots=True)
class Word:
    """What is looked for as one: a word of a class, or what a wording says itself."""

    written: str
    characters: str
    """Normalised."""
    syllables: str
    is_tolerant: bool
    """Whether one syllable of it may only begin or end like the right one."""

    @classmethod
    def of(cls, written: str, text: str, shortest_tolerant: int, *, merge_f_h: bool = False) -> Word:
        """Make a word ready, tolerant from so many syllables on; `text` is normalised."""
        return cls(written, text, to_syllables(text, merge_f_h=merge_f_h), len(text) >= shortest_tolerant)


@dataclass(frozen=True, slots=True)
class Part:
    """What stands between two slots or beside a class: any one of some words."""

    key: str
    """The same for the same words: normalised characters, or the {name} of a class."""
    words: tuple[Word, ...]

    @classmethod
    def of_class(cls, words: WordClass, *, merge_f_h: bool = False) -> Part:
        """Make a class ready."""
        made = (Word.of(*word, _TOLERANT_OF_MANY, merge_f_h=merge_f_h) for word in words.words)
        return cls(f"{{{words.name}}}", tuple(made))

    @classmethod
    def of_words(cls, element: Element, *, merge_f_h: bool = False) -> Part:
        """Make words of a wording ready."""
        word = Word.of(element.written, element.said, _TOLERANT, merge_f_h=merge_f_h)
        return cls(word.characters, (word,))

    @property
    def longest(self) -> int:
        """Characters of its longest word."""
        return max(len(word.characters) for word in self.words)


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One wording of a phrase."""

    phrase: Phrase
    wording: str
    parts: tuple[Part, ...]
    gaps: tuple[int, ...]
    """Syllables that may stand before each part, behind the one before; none before the first."""

    @classmethod
    def of(
        cls, phrase: Phrase, wording: str, classes: Mapping[str, Part], *, merge_f_h: bool = False
    ) -> Pattern:
        """Make a wording ready; `classes` by name, `merge_f_h` as in `to_syllables`."""
        parts: list[Part] = []
        gaps: list[int] = []
        gap = 0
        for element in elements_of(wording):
            if element.is_slot:
                gap = SLOT_REACH
                continue
            name = element.class_name
            parts.append(Part.of_words(element, merge_f_h=merge_f_h) if name is None else classes[name])
            gaps.append(gap)
            gap = 0
        return cls(phrase, wording, tuple(parts), tuple(gaps))

    @property
    def whole(self) -> Word | None:
        """All of it, where it has neither slots nor classes."""
        words = self.parts[0].words
        return words[0] if len(self.parts) == len(words) == 1 else None


class Place(NamedTuple):
    """A word found in a reading; places are numbers of normalised characters."""

    word: Word
    start: int
    end: int
    harm: float
    """Syllables that are wrong, missing or too many; those that sound alike count half."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A wording found in a reading."""

    pattern: Pattern
    places: tuple[Place, ...]
    """Of its parts, in order."""
    settled: int
    """No character from here on had a part in finding it."""

    @property
    def start(self) -> int:
        """Its first character."""
        return self.places[0].start

    @property
    def end(self) -> int:
        """One past its last character."""
        return self.places[-1].end

    @property
    def harm(self) -> float:
        """That of all its places."""
        return sum(place.harm for place in self.places)

    @property
    def score(self) -> float:
        """Similarity by syllables, 0 to 100."""
        return 100.0 * (1 - self.harm / sum(len(place.word.syllables) for place in self.places))

    @property
    def wording(self) -> str:
        """The wording, with the words that were found in place of their classes."""
        found = zip(self.pattern.gaps, self.places, strict=True)
        return "".join(f"{SLOT if gap else ''}{place.word.written}" for gap, place in found)
