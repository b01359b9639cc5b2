"""A written call as a recogniser would deliver it: growing partials and finals, with times."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.evidence import Speaker
from contracts.speech import Heard
from screening.evaluation.dialogue import Dialogue

CHARACTERS_PER_SECOND = 4.5
"""Of unhurried Mandarin on the telephone."""
LONGEST_UTTERANCE = 40
"""Characters; who speaks on without a pause is cut at the last clause end, or right here."""
LONGEST_SILENT_STRETCH = 10
"""Characters after which a recogniser gives another partial at the latest: 2.2 s."""
# The full stop and the comma stand between digits as well: 4.5, 10,000.
_SENTENCE_END = re.compile(r"[。?!;\n？！；]|(?<![0-9])\.|\.(?![0-9])")
_CLAUSE_END = re.compile(r"[，、：:—…]|(?<![0-9]),|,(?![0-9])")
_DROPPED = re.compile(r"(?!(?<=[0-9])(?:[.](?=[0-9])|%))[\W_]")


@dataclass(frozen=True, slots=True)
class Delivered:
    """One result of a recogniser, when it came and where in the dialogue it belongs."""

    speaker: Speaker
    heard: Heard
    at_ms: int
    """When it came, call time."""
    turn: int | None
    """Index of the turn in which its last character was said; None where nobody knows."""


def results_of(dialogue: Dialogue) -> Iterator[tuple[Speaker, Heard]]:
    """Yield whose words were recognised and the result, in call time (ms), turn after turn without pauses."""
    for delivered in deliveries_of(dialogue):
        yield delivered.speaker, delivered.heard


def deliveries_of(dialogue: Dialogue) -> Iterator[Delivered]:
    """Yield the results of a call that was never recorded, each the moment its last character is said."""
    spoken = 0
    for index, turn in enumerate(dialogue.turns):
        for clauses in _utterances(turn.text):
            for heard in _results(clauses, spoken):
                yield Delivered(turn.speaker, heard, heard.end_ms, index)
            spoken += sum(map(len, clauses))


def _utterances(text: str) -> Iterator[list[str]]:
    """Yield the clauses of each utterance, punctuation kept out: recognisers give none."""
    for sentence in _SENTENCE_END.split(text):
        utterance: list[str] = []
        for clause in _clauses(sentence):
            if utterance and sum(map(len, utterance)) + len(clause) > LONGEST_UTTERANCE:
                yield utterance
                utterance = []
            utterance.append(clause)
        if utterance:
            yield utterance


def _clauses(sentence: str) -> Iterator[str]:
    for clause in _CLAUSE_END.split(sentence):
        said = _DROPPED.sub("", clause)
        for start in range(0, len(said), LONGEST_UTTERANCE):
            yield said[start : start + LONGEST_UTTERANCE]


def _results(clauses: list[str], spoken: int) -> Iterator[Heard]:
    text = "".join(clauses)
    for length in _partial_lengths(clauses):
        yield _heard(text[:length], spoken, final=False)
    yield _heard(text, spoken, final=True)


def _partial_lengths(clauses: list[str]) -> Iterator[int]:
    end = 0
    for clause in clauses:
        start, end = end, end + len(clause)
        yield from range(start + LONGEST_SILENT_STRETCH, end, LONGEST_SILENT_STRETCH)
        yield end


def _heard(text: str, spoken: int, *, final: bool) -> Heard:
    return Heard(text, final, _ms(spoken), _ms(spoken + len(text)))


def _ms(characters: int) -> int:
    return round(1000 * characters / CHARACTERS_PER_SECOND)
