"""Whether wordings can be searched for: long enough, slots closed, classes known, none twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import yaml

from contracts.taxonomy import ScamType
from screening.phrase import SLOT, Phrase, Speakers
from screening.phrasebook_fault import FaultKind, Faults
from screening.phrasebook_yaml import line_of
from screening.word_class import WordClass
from screening.wording import Element, elements_of

_SHORTEST = 2
_LONGEST_PART = 24
LONGEST_FOUND = 255
"""Characters of a wording as it is told where it was found; so many are kept with an alert."""
_Elements = tuple[Element, ...]
_Problem = tuple[FaultKind, str]


class WordingCheck:
    """Looks at phrases one after another, and remembers their wordings."""

    def __init__(self, words: Sequence[WordClass], faults: Faults) -> None:
        self._faults = faults
        self._shortest = {
            each.name: min((len(word.said) for word in each.words), default=0) for each in words
        }
        """Characters of each class's shortest word, normalised."""
        self._longest = {each.name: max((len(word) for word in each.written), default=0) for each in words}
        """Of its longest word, as written."""
        self._seen: dict[tuple[ScamType | None, Speakers, tuple[str, ...]], tuple[str, int]] = {}
        """Where each wording stands first: id of the phrase, number within it."""

    def check(self, phrase: Phrase, row: yaml.Node) -> None:
        """Keep a fault for each wording of a phrase that cannot be used; `row` is the phrase's node."""
        for n, wording in enumerate(phrase.wordings):
            elements = elements_of(wording)
            problems = [
                *self._class_problems(elements),
                *_slot_problems(elements),
                *self._length_problems(elements),
                *self._repetition(phrase, n, elements),
            ]
            for kind, problem in problems:
                line = line_of(row, ("wordings", n))
                self._faults.add(line, kind, f"wording {wording!r}: {problem}", phrase.id)

    def _class_problems(self, elements: _Elements) -> Iterator[_Problem]:
        for element in elements:
            name = element.class_name
            if name is not None and name not in self._shortest:
                yield FaultKind.UNKNOWN_CLASS, f"there is no word class {element.written} among words"
            elif element.has_lone_brace:
                yield FaultKind.UNKNOWN_CLASS, "a word class is written {name}; close its braces"

    def _length_problems(self, elements: _Elements) -> Iterator[_Problem]:
        lengths = [self._shortest.get(each.class_name or "", len(each.said)) for each in elements]
        if sum(lengths) < _SHORTEST:
            problem = f"give at least {_SHORTEST} characters, fillers and punctuation aside"
            yield FaultKind.SHORT_WORDING, f"{problem}, whichever word of a class is said"
        if max(lengths, default=0) > _LONGEST_PART:
            problem = f"more than {_LONGEST_PART} characters without a slot; shorten it"
            yield FaultKind.LONG_WORDING, problem
        found = sum(self._longest.get(each.class_name or "", len(each.written)) for each in elements)
        if found > LONGEST_FOUND:
            problem = (
                f"more than {LONGEST_FOUND} characters with the longest words of its classes; shorten it"
            )
            yield FaultKind.LONG_WORDING, problem

    def _repetition(self, phrase: Phrase, n: int, elements: _Elements) -> Iterator[_Problem]:
        said = tuple(each.said or each.written for each in elements)
        first = self._seen.setdefault((phrase.type, phrase.speaker, said), (phrase.id, n))
        if first != (phrase.id, n):
            yield FaultKind.REPEATED_WORDING, f"stands in {first[0]} already, of the same type and speaker"


def _slot_problems(elements: _Elements) -> Iterator[_Problem]:
    slots = [element.is_slot for element in elements]
    if True in (slots[:1] + slots[-1:]):
        yield FaultKind.OPEN_SLOT, f"a slot {SLOT} needs words on each side of it"
    if (True, True) in pairwise(slots):
        yield FaultKind.DOUBLE_SLOT, f"two slots side by side; write one {SLOT}"
