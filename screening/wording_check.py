"""Whether the wordings of a phrasebook can be searched for: long enough, slots closed, none twice."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from contracts.taxonomy import ScamType
from screening.normalise import normalise
from screening.phrase import SLOT, Phrase, Speakers
from screening.phrasebook_fault import FaultKind, Faults
from screening.phrasebook_yaml import line_of

_SHORTEST = 2
_LONGEST_PART = 24
_Parts = tuple[str, ...]
"""What stands between slots, normalised."""
_Problem = tuple[FaultKind, str]


class WordingCheck:
    """Looks at phrases one after another, and remembers their wordings."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._seen: dict[tuple[ScamType | None, Speakers, _Parts], tuple[str, int]] = {}
        """Where each wording stands first: id of the phrase, number within it."""

    def check(self, phrase: Phrase, row: yaml.Node) -> None:
        """Keep a fault for each wording of a phrase that cannot be used; `row` is the phrase's node."""
        for n, wording in enumerate(phrase.wordings):
            parts = tuple(normalise(part).text for part in wording.split(SLOT))
            problems = [*_problems(parts), *self._repetition(phrase, n, parts)]
            for kind, problem in problems:
                line = line_of(row, ("wordings", n))
                self._faults.add(line, kind, f"wording {wording!r}: {problem}", phrase.id)

    def _repetition(self, phrase: Phrase, n: int, parts: _Parts) -> Iterator[_Problem]:
        first = self._seen.setdefault((phrase.type, phrase.speaker, parts), (phrase.id, n))
        if first != (phrase.id, n):
            yield FaultKind.REPEATED_WORDING, f"stands in {first[0]} already, of the same type and speaker"


def _problems(parts: _Parts) -> Iterator[_Problem]:
    if len("".join(parts)) < _SHORTEST:
        yield FaultKind.SHORT_WORDING, f"give at least {_SHORTEST} characters, fillers and punctuation aside"
    if len(parts) > 1 and not (parts[0] and parts[-1]):
        yield FaultKind.OPEN_SLOT, f"a slot {SLOT} needs words on each side of it"
    if not all(parts[1:-1]):
        yield FaultKind.DOUBLE_SLOT, f"two slots side by side; write one {SLOT}"
    if max(map(len, parts)) > _LONGEST_PART:
        yield FaultKind.LONG_WORDING, f"more than {_LONGEST_PART} characters without a slot; shorten it"
