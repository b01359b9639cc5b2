"""Words that say the same, under a name by which wordings use any of them: {tell} for 告诉, 说给 and 讲给."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, Self

import yaml

from screening.normalise import normalise
from screening.phrase import SLOT
from screening.phrasebook_fault import FaultKind, Faults
from screening.phrasebook_yaml import entries_of, line_of
from screening.wording import classes_in

LONGEST_WORD = 12
"""Characters, normalised."""
MOST_WORDS = 20_000
"""Of all classes together, those of classes named among them counted in each."""
_NAME_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_WHOLE_CLASS = re.compile(r"\{([^{}]+)\}")
_NOT_IN_WORDS = frozenset(f"{SLOT}{{}}")
_Problem = tuple[FaultKind, str]


class ClassWord(NamedTuple):
    """One word."""

    written: str
    said: str
    """Normalised characters."""

    @classmethod
    def of(cls, written: str) -> Self:
        """Make it of what is written."""
        return cls(written, normalise(written).text)


@dataclass(frozen=True, slots=True)
class WordClass:
    """One class."""

    name: str
    words: tuple[ClassWord, ...]
    """Each once, those of classes named among them included."""

    @classmethod
    def of(cls, name: str, *words: str) -> Self:
        """Make it of words as they are written."""
        return cls(name, tuple(map(ClassWord.of, words)))

    @property
    def written(self) -> tuple[str, ...]:
        """The words as they are written."""
        return tuple(word.written for word in self.words)


def read_word_classes(node: yaml.Node | None, faults: Faults) -> tuple[WordClass, ...]:
    """Return the classes of the mapping `words`; keeps a fault for each that cannot be used.

    Raises BadPhrasebookError at once for more words than anybody should have to look at.
    """
    if node is None:
        return ()
    if not isinstance(node, yaml.MappingNode):
        faults.add(line_of(node), FaultKind.SHAPE, "words must be a mapping of names to lists of words")
        return ()
    reading = _Reading(node, faults)
    reading.check()
    return reading.classes()


def check_all_used(node: yaml.Node | None, wordings: Iterable[str], faults: Faults) -> None:
    """Keep a fault for each class of the mapping `words` that neither a wording nor another class names."""
    if not isinstance(node, yaml.MappingNode):
        return
    words = (word.value for _, items in node.value for word in items.value)
    used = {name for text in chain(words, wordings) for name in classes_in(text)}
    for key, _ in node.value:
        if key.value not in used:
            problem = f"no wording names it; write {{{key.value}}} in one, or take it out"
            faults.add(line_of(key), FaultKind.UNUSED_CLASS, f"word class {key.value!r}: {problem}")


class _Reading:
    """The classes as they are written, and where faults with them go."""

    def __init__(self, node: yaml.MappingNode, faults: Faults) -> None:
        self._nodes = entries_of(node, faults)
        self._faults = faults
        self._check_size(node, sum(map(len, map(_items, self._nodes.values()))))
        words = {name: _texts(items) for name, items in self._nodes.items()}
        self._lengths = {name: len(some) for name, some in words.items()}
        self._nesting = frozenset(name for name, some in words.items() if any(map(_included, some)))
        # Before any is put into another: a class of a thousand words may be named a thousand times.
        self._check_size(node, sum(self._length(word) for some in words.values() for word in some))
        self._words = {name: tuple(map(ClassWord.of, some)) for name, some in words.items()}

    def check(self) -> None:
        """Keep all faults."""
        for name, items in self._nodes.items():
            for node, (kind, problem) in self._problems(name, items):
                self._faults.add(line_of(node), kind, f"word class {name!r}: {problem}")

    def classes(self) -> tuple[WordClass, ...]:
        """Return all, each with the words of those named in it."""
        return tuple(WordClass(name, tuple(dict.fromkeys(self._said(name)))) for name in self._nodes)

    def _check_size(self, node: yaml.Node, words: int) -> None:
        if words > MOST_WORDS:
            problem = f"more than {MOST_WORDS} words in all classes; take some out, or name fewer in others"
            self._faults.add(line_of(node), FaultKind.TOO_LARGE, problem)
            self._faults.check()

    def _length(self, word: str) -> int:
        return self._lengths.get(_included(word), 1)

    def _said(self, name: str) -> Iterator[ClassWord]:
        for word in self._words[name]:
            yield from self._words.get(_included(word.written)) or (word,)

    def _problems(self, name: str, items: yaml.Node) -> Iterator[tuple[yaml.Node, _Problem]]:
        if not name or not _NAME_LETTERS.issuperset(name):
            yield items, (FaultKind.BAD_VALUE, "a name is of a-z, 0-9 and _")
        if not isinstance(items, yaml.SequenceNode):
            yield items, (FaultKind.SHAPE, "must be a list of words")
        elif not items.value:
            yield items, (FaultKind.EMPTY_CLASS, "holds no words; give some, or take it out")
        else:
            words, seen = iter(self._words[name]), set[str]()
            for item in items.value:
                word = next(words) if isinstance(item, yaml.ScalarNode) else None
                yield from ((item, problem) for problem in self._problems_of_word(word, seen))

    def _problems_of_word(self, word: ClassWord | None, seen: set[str]) -> Iterator[_Problem]:
        if word is None:
            yield FaultKind.SHAPE, 'a word must be plain text; a class among the words is written "{name}"'
        elif _included(word.written):
            yield from self._problems_of_included(word.written)
        else:
            yield from _problems_of_text(word)
            if word.said in seen:
                yield FaultKind.REPEATED_WORD, f"{word.written!r} is given twice"
            seen.add(word.said)

    def _problems_of_included(self, word: str) -> Iterator[_Problem]:
        if _included(word) not in self._nodes:
            yield FaultKind.UNKNOWN_CLASS, f"there is no word class {word}"
        elif _included(word) in self._nesting:
            yield FaultKind.NESTED_CLASS, f"{word} has a class among its own words; write its words here"


def _items(node: yaml.Node) -> list[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _texts(node: yaml.Node) -> list[str]:
    return [item.value for item in _items(node) if isinstance(item, yaml.ScalarNode)]


def _included(word: str) -> str:
    """Return the name of the class that stands among the words as {name}; else nothing."""
    found = _WHOLE_CLASS.fullmatch(word)
    return found[1] if found else ""


def _problems_of_text(word: ClassWord) -> Iterator[_Problem]:
    if not word.said or not _NOT_IN_WORDS.isdisjoint(word.written):
        yield (
            FaultKind.BAD_WORD,
            f"{word.written!r}: a word has characters, not only fillers, and no {SLOT}, {{ or }}",
        )
    elif len(word.said) > LONGEST_WORD:
        yield FaultKind.LONG_WORD, f"{word.written!r} has more than {LONGEST_WORD} characters; shorten it"
