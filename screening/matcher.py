"""Finding phrases in recognised text by their sound, with the characters they stand in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from contracts.evidence import Speaker, Stage
from screening.negation import is_denied, keeps_negations
from screening.normalise import Normalised, normalise
from screening.phrase import SLOT, Phrase
from screening.phrasebook import Phrasebook
from screening.syllables import to_syllables

_SLOT_REACH = 8
_LONGEST_EXACT = 5
# Below four syllables sound alone says too little: two thirds of the characters must be the very ones.
_LONGEST_LITERAL = 3
# No syllable and no character of normalised text: lets a phrase be longer than the text around it.
_PADDING = "\uf8ff"
# Ends each character and its syllable where both stand in one string, so that no expression starts between.
_PAIR_END = "\uf8fe"


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in a text."""

    phrase: Phrase
    wording: str
    text: str
    """The original characters found in its place."""
    span: tuple[int, int]
    """In the original text: first character and one past the last."""
    score: float
    """Similarity by syllables, 0 to 100."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    phrase: Phrase
    wording: str
    characters: str
    """Normalised, without slots."""
    syllables: str
    head: str
    """Syllables before the first slot."""
    slotted: re.Pattern[str] | None
    """Runs over characters and syllables taking turns."""


@lru_cache(maxsize=4)
def matcher_of(phrasebook: Phrasebook) -> Matcher:
    """Return the one matcher of a phrasebook; the first asking for a phrasebook waits about 0.1 s."""
    return Matcher(phrasebook)


def cutoff(length: int) -> float:
    """Return the least similarity (0 to 100) for a wording of so many syllables: stricter if short."""
    allowed = 0 if length <= _LONGEST_EXACT else 1 if length <= 8 else 2 if length <= 12 else 3
    return 100.0 * (1 - allowed / length)


class Matcher:
    """The phrases of one phrasebook, made ready for searching. Holds no state of any call."""

    def __init__(self, phrasebook: Phrasebook) -> None:
        patterns = [_pattern(phrase, wording) for phrase in phrasebook.phrases for wording in phrase.wordings]
        self._slotted = [(p, p.slotted) for p in patterns if p.slotted]
        self._exact = [p for p in patterns if not p.slotted and len(p.syllables) <= _LONGEST_EXACT]
        self._fuzzy: defaultdict[int, list[_Pattern]] = defaultdict(list)
        for pattern in patterns:
            if not pattern.slotted and len(pattern.syllables) > _LONGEST_EXACT:
                self._fuzzy[len(pattern.syllables)].append(pattern)
        self._choices = {n: [p.syllables for p in group] for n, group in self._fuzzy.items()}

    def find(self, text: str, speaker: Speaker) -> tuple[Match, ...]:
        """Return the best match of each phrase that counts for this speaker, in order of the text."""
        normalised = normalise(text)
        syllables = to_syllables(normalised.text)
        best: dict[str, Match] = {}
        for pattern, start, end, score in self._search(syllables, normalised.text):
            known = best.get(pattern.phrase.id)
            if not pattern.phrase.speaker.include(speaker) or (known and known.score >= score):
                continue
            if pattern.phrase.stage is Stage.PROTECTIVE or not is_denied(normalised.text, start, end):
                best[pattern.phrase.id] = _match(pattern, normalised, text, (start, end), score)
        return tuple(sorted(best.values(), key=lambda match: match.span))

    def _search(self, syllables: str, characters: str) -> Iterator[tuple[_Pattern, int, int, float]]:
        for pattern in [exact for exact in self._exact if exact.syllables in syllables]:
            for start, end in _find_exact(pattern, syllables, characters):
                yield pattern, start, end, 100.0
        both = _interleaved(characters, syllables)
        # The expressions cost far more than looking for their first syllables.
        for pattern, expression in [slotted for slotted in self._slotted if slotted[0].head in syllables]:
            for found in expression.finditer(both):
                yield pattern, found.start() // 3, found.end() // 3, 100.0
        for length, group in self._fuzzy.items():
            yield from self._search_fuzzy(syllables.ljust(length, _PADDING), length, group)

    def _search_fuzzy(
        self, syllables: str, length: int, group: list[_Pattern]
    ) -> Iterator[tuple[_Pattern, int, int, float]]:
        least = cutoff(length)
        choices = self._choices[length]
        found = process.extract_iter(syllables, choices, scorer=fuzz.partial_ratio, score_cutoff=least)
        for _, score, index in found:
            aligned = fuzz.partial_ratio_alignment(group[index].syllables, syllables, score_cutoff=least)
            if aligned is None:
                continue
            window = syllables[aligned.dest_start : aligned.dest_end]
            heard = len(window.rstrip(_PADDING))
            if keeps_negations(group[index].syllables, window):
                yield group[index], aligned.dest_start, aligned.dest_start + heard, score


def _pattern(phrase: Phrase, wording: str) -> _Pattern:
    parts = [normalise(part).text for part in wording.split(SLOT)]
    syllables = [to_syllables(part) for part in parts]
    slotted = None
    if len(parts) > 1:
        gap = f"(?:..{_PAIR_END}){{0,{_SLOT_REACH}}}?"
        slotted = re.compile(gap.join(map(_part_expression, parts, syllables)))
    return _Pattern(phrase, wording, "".join(parts), "".join(syllables), syllables[0], slotted)


def _part_expression(characters: str, syllables: str) -> str:
    # A single syllable has dozens of homophones, so a part of one character must be that character.
    if len(characters) == 1:
        return f"{re.escape(characters)}.{_PAIR_END}"
    return "".join(f".{re.escape(syllable)}{_PAIR_END}" for syllable in syllables)


def _interleaved(characters: str, syllables: str) -> str:
    return "".join(char + syllable + _PAIR_END for char, syllable in zip(characters, syllables, strict=True))


def _find_exact(pattern: _Pattern, syllables: str, characters: str) -> Iterator[tuple[int, int]]:
    length = len(pattern.syllables)
    at = syllables.find(pattern.syllables)
    while at >= 0:
        if length > _LONGEST_LITERAL or _is_literal(pattern.characters, characters[at : at + length]):
            yield at, at + length
        at = syllables.find(pattern.syllables, at + 1)


def _is_literal(wanted: str, found: str) -> bool:
    return 3 * sum(a == b for a, b in zip(wanted, found, strict=True)) >= 2 * len(wanted)


def _match(
    pattern: _Pattern, normalised: Normalised, text: str, span: tuple[int, int], score: float
) -> Match:
    start, end = normalised.original_span(*span)
    return Match(pattern.phrase, pattern.wording, text[start:end], (start, end), score)
