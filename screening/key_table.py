"""Things looked up by what a text holds, so that a text costs by its length and not by their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
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

    def scan(self, reading: Reading, since: int) -> Iterator[tuple[int, T]]:
        """Yield the things whose keys begin at character `since` or later, each with its place."""
        characters, syllables, things = reading.characters, reading.syllables, self._things
        for at in range(max(0, since), len(syllables)):
            for thing in things.get(characters[at], ()):
                yield at, thing
            if syllables[at : at + 2] not in self._openings:
                continue
            for length in self._lengths:
                if at + length > len(syllables):
                    break
                for thing in things.get(syllables[at : at + length], ()):
                    yield at, thing
