"""One version of the phrasebook opened to be read, searched, edited or tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from api.context import Context
from api.highlighting import Mark, Piece, cut
from contracts.evidence import Stage
from contracts.taxonomy import ScamType
from screening.phrase import Phrase
from screening.phrasebook import Phrasebook
from screening.wording import class_places, classes_in
from store.phrasebooks import phrasebook_in_force, phrasebook_text, readable


@dataclass(frozen=True, slots=True)
class PhraseSearch:
    """Which phrases are wanted; what is empty is not asked for."""

    words: str = ""
    """In the id, a wording, a word of a class that a wording names, the source or the note."""
    type: ScamType | None = None
    any_type: bool = False
    """Only those that speak for no type alone."""
    stage: Stage | None = None

    def of(self, book: Phrasebook) -> Iterator[Phrase]:
        """Yield what fits, in the order of the phrasebook."""
        words = self.words.strip().casefold()
        naming = (each.name for each in book.words if any(words in word.casefold() for word in each.written))
        classes = frozenset(naming)
        return (phrase for phrase in book.phrases if self._fits(phrase, words, classes))

    def _fits(self, phrase: Phrase, words: str, classes: frozenset[str]) -> bool:
        if self.stage is not None and phrase.stage is not self.stage:
            return False
        if (self.type is not None or self.any_type) and phrase.type is not self.type:
            return False
        said = (phrase.id, *phrase.wordings, phrase.source, phrase.note)
        if not words or any(words in each.casefold() for each in said):
            return True
        return any(not classes.isdisjoint(classes_in(wording)) for wording in phrase.wordings)


@dataclass(frozen=True, slots=True)
class PhrasebookView:
    """A version with its text, read."""

    version: int
    in_force: int
    """The version that new calls are judged by."""
    text: str
    book: Phrasebook

    @classmethod
    def open(cls, context: Context, version: int | None = None) -> PhrasebookView:
        """Open a version, by default the one in force; NotFoundError where there is none of that number."""
        original = context.rulebook.original_phrasebook
        with context.store.reading() as connection:
            found = phrasebook_in_force(connection, original)
            n = found.version if version is None else version
            text = found.text if n == found.version else phrasebook_text(connection, n, original)
        return cls(n, found.version, text, _book(text))

    @property
    def is_in_force(self) -> bool:
        """Whether new calls are judged by it."""
        return self.version == self.in_force

    def phrase(self, name: str) -> Phrase | None:
        """Return the phrase of an id; None where there is none."""
        return next((phrase for phrase in self.book.phrases if phrase.id == name), None)

    def cut(self, wording: str) -> tuple[Piece, ...]:
        """Return a wording cut at its word classes, each marked with the words that it stands for."""
        words = {each.name: each for each in self.book.words}
        places = class_places(wording)
        return cut(wording, [Mark(*span, "、".join(words[name].written)) for name, span in places])


@lru_cache(maxsize=4)
def _book(text: str) -> Phrasebook:
    # Reading 600 phrases takes a third of a second, and people turn pages.
    return readable(text)
