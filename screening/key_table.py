"""Things looked up by what a text holds, so that a text costs by its length and not by their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Generic, TypeVar

from screening.reading import Reading

T = TypeVar("T")


class KeyTable(Generic[T]):
    """Things by their keys: one character, or syllables of two and more."""

    def __init__(self) -> None:
        self._things: defaultdict[str, list[T]] = defaultdict(list)
        self._lengths: list[int] = []
        self._openings: set[str] = set()

    def add(self, key: str, thing: T) -> None:
        """Keep a thing."""
        self._things[key].append(thing)
        if len(key) > 1:
            self._openings.add(key[:2])
            self._lengths = sorted({*self._lengths, len(key)})

    def at(self, reading: Reading, at: int) -> Sequence[T]:
        """Return the things whose keys begin at this character."""
        syllables, found = reading.syllables, self._things.get(reading.characters[at], [])
        if syllables[at : at + 2] not in self._openings:
            return found
        for length in self._lengths:
            if at + length > len(syllables):
                break
            found = found + self._things.get(syllables[at : at + length], [])
        return found
