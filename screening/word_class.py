"""Words that say the same, under a name by which wordings use any of them: {tell} for 告诉, 说给 and 讲给."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import yaml

from screening.normalise import normalise
from screening.phrase import SLOT
from screening.phrasebook_fault import FaultKind, Faults
from screening.phrasebook_yaml import Plain, line_of, plain
from screening.wording import classes_in

LONGEST_WORD = 12
"""Characters, normalised."""
_NAME_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_WHOLE_CLASS = re.compile(r"\{([^{}]+)\}")
_NOT_IN_WORDS = frozenset(f"{SLOT}{{}}")
_Problem = tuple[FaultKind, str]


@dataclass(frozen=True, slots=True)
class WordClass:
    """One class."""

    name: str
    words: tuple[str, ...]
    """As written, those of classes named among them included."""

    @property
    def shortest(self) -> int:
        """Characters of the shortest word, normalised."""
        return min((len(normalise(word).text) for word in self.words), default=0)


def read_word_classes(node: yaml.Node | None, faults: Faults) -> tuple[WordClass, ...]:
    """Return the classes of the mapping `words`; keeps a fault for each that cannot be used."""
    if node is None:
        return ()
    written = plain(node, faults)
    if not isinstance(written, dict):
        faults.add(line_of(node), FaultKind.SHAPE, "words must be a mapping of names to lists of words")
        return ()
    reading = _Reading(written, node, faults)
    reading.check()
    return tuple(WordClass(name, reading.words_of(name)) for name in written)


def check_all_used(node: yaml.Node | None, wordings: Iterable[str], faults: Faults) -> None:
    """Keep a fault for each class of the mapping `words` that neither a wording nor another class names."""
    if not isinstance(node, yaml.MappingNode):
        return
    words = (word.value for _, items in node.value for word in items.value)
    used = {name for text in chain(words, wordings) if "{" in text for name in classes_in(text)}
    for key, _ in node.value:
        if key.value not in used:
            problem = f"no wording names it; write {{{key.value}}} in one, or take it out"
            faults.add(line_of(key), FaultKind.UNUSED_CLASS, f"word class {key.value!r}: {problem}")


class _Reading:
    """The classes as they are written, and where faults with them go."""

    def __init__(self, written: dict[str, Plain], node: yaml.Node, faults: Faults) -> None:
        self._written = written
        self._node = node
        self._faults = faults

    def check(self) -> None:
        """Keep all faults."""
        for name in self._written:
            for n, (kind, problem) in self._problems(name):
                line = line_of(self._node, (name,) if n is None else (name, n))
                self._faults.add(line, kind, f"word class {name!r}: {problem}")

    def words_of(self, name: str) -> tuple[str, ...]:
        """Return a class's words, each once."""
        words = (self._items(_included(word)) or (word,) for word in self._items(name))
        return tuple(dict.fromkeys(word for some in words for word in some))

    def _items(self, name: str) -> list[str]:
        items = self._written.get(name)
        return [item for item in items if isinstance(item, str)] if isinstance(items, list) else []

    def _problems(self, name: str) -> Iterator[tuple[int | None, _Problem]]:
        if not name or not _NAME_LETTERS.issuperset(name):
            yield None, (FaultKind.BAD_VALUE, "a name is of a-z, 0-9 and _")
        items = self._written[name]
        if not isinstance(items, list):
            yield None, (FaultKind.SHAPE, "must be a list of words")
        elif not items:
            yield None, (FaultKind.EMPTY_CLASS, "holds no words; give some, or take it out")
        else:
            seen: set[str] = set()
            for n, item in enumerate(items):
                yield from ((n, problem) for problem in self._problems_of_word(item, seen))

    def _problems_of_word(self, item: Plain, seen: set[str]) -> Iterator[_Problem]:
        if not isinstance(item, str):
            yield FaultKind.SHAPE, 'a word must be plain text; a class among the words is written "{name}"'
        elif _included(item):
            yield from self._problems_of_included(item)
        else:
            yield from _problems_of_text(item)
            text = normalise(item).text
            if text in seen:
                yield FaultKind.REPEATED_WORD, f"{item!r} is given twice"
            seen.add(text)

    def _problems_of_included(self, item: str) -> Iterator[_Problem]:
        if _included(item) not in self._written:
            yield FaultKind.UNKNOWN_CLASS, f"there is no word class {item}"
        elif any(map(_included, self._items(_included(item)))):
            yield FaultKind.NESTED_CLASS, f"{item} has a class among its own words; write its words here"


def _included(word: str) -> str:
    """Return the name of the class that stands among the words as {name}; else nothing."""
    found = _WHOLE_CLASS.fullmatch(word)
    return found[1] if found else ""


def _problems_of_text(word: str) -> Iterator[_Problem]:
    length = len(normalise(word).text)
    if not length or not _NOT_IN_WORDS.isdisjoint(word):
        yield (
            FaultKind.BAD_WORD,
            f"{word!r}: a word has characters, not only fillers, and no {SLOT}, {{ or }}",
        )
    elif length > LONGEST_WORD:
        yield FaultKind.LONG_WORD, f"{word!r} has more than {LONGEST_WORD} characters; shorten it"
