"""A wording made ready for searching, and the places where one was found."""

from __future__ import annotations

from dataclasses import dataclass

from screening.normalise import normalise
from screening.phrase import SLOT, Phrase
from screening.reading import Reading
from screening.syllables import to_syllables


@dataclass(frozen=True, slots=True)
class Part:
    """What stands between two slots."""

    characters: str
    """Normalised."""
    syllables: str
    key: str
    """What must stand in the text: a single syllable has dozens of homophones, so that very character."""

    @classmethod
    def of(cls, characters: str, syllables: str) -> Part:
        """Make a part ready."""
        return cls(characters, syllables, characters if len(characters) == 1 else syllables)

    def stands_at(self, reading: Reading, at: int) -> bool:
        """Tell whether it begins at this character."""
        text = reading.characters if len(self.characters) == 1 else reading.syllables
        return text.startswith(self.key, at)


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One wording of a phrase."""

    phrase: Phrase
    wording: str
    parts: tuple[Part, ...]
    characters: str
    """Normalised, without slots."""
    syllables: str
    """Without slots."""

    @classmethod
    def of(cls, phrase: Phrase, wording: str, *, merge_f_h: bool = False) -> Pattern:
        """Make a wording ready; `merge_f_h` as in `to_syllables`."""
        texts = [normalise(part).text for part in wording.split(SLOT)]
        parts = tuple(Part.of(text, to_syllables(text, merge_f_h=merge_f_h)) for text in texts)
        return cls(phrase, wording, parts, "".join(texts), "".join(part.syllables for part in parts))


@dataclass(frozen=True, slots=True)
class Hit:
    """A wording found in a reading; places are numbers of normalised characters."""

    pattern: Pattern
    start: int
    end: int
    harm: float
    """Syllables that are wrong, missing or too many; those that sound alike count half."""
    settled: int
    """No character from here on had a part in finding it."""

    @property
    def score(self) -> float:
        """Similarity by syllables, 0 to 100."""
        return 100.0 * (1 - self.harm / len(self.pattern.syllables))
