"""How a call that is going on is worded so far."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from math import fsum, sqrt

from contracts.evidence import Speaker
from screening.diction import CHARACTERS, SOUND, STEADY, SYLLABLES, Diction
from screening.reading import Reading, Stretch

_STRONGEST = 5
_REACH = max(*CHARACTERS, *SYLLABLES) - 1
"""How many characters of the stretch before a piece may begin in."""
_Weighed = tuple[str, float]


class HeardDiction:
    """What a call's pieces add up to while it is heard; costs one utterance, however long the call is."""

    def __init__(self, diction: Diction, *, merge_f_h: bool = False) -> None:
        self._diction = diction
        self._merge_f_h = merge_f_h
        self._known: dict[Speaker, list[tuple[Stretch, frozenset[str]]]] = {
            speaker: [] for speaker in Speaker
        }
        """Of each stretch of the current utterance, the pieces that end in it."""
        self._settled: dict[Speaker, set[str]] = {speaker: set() for speaker in Speaker}
        self._sum = 0.0
        self._count = 0
        self._strongest: dict[int, list[_Weighed]] = {1: [], -1: []}
        """Of the settled pieces, for fraud (1) and against it (-1)."""
        self._latest: dict[Speaker, frozenset[str]] = dict.fromkeys(Speaker, frozenset())
        self._standing: dict[Speaker, frozenset[str]] = dict.fromkeys(Speaker, frozenset())

    def hear(self, speaker: Speaker, reading: Reading, *, final: bool) -> None:
        """Take an utterance as it stands now; a piece counts in a final, or in two partials."""
        pieces = self._known_in(speaker, reading)
        if final:
            self._settle(speaker, pieces - self._settled[speaker])
            self._latest[speaker] = self._standing[speaker] = frozenset()
        else:
            self._standing[speaker] = pieces & self._latest[speaker]
            self._latest[speaker] = pieces

    def keep(self, speaker: Speaker) -> None:
        """Settle what stands: the beginning of an endless utterance is heard no more."""
        self._settle(speaker, self._standing[speaker] - self._settled[speaker])

    @property
    def value(self) -> float:
        """What speaks for fraud, log-odds; below 0 it speaks against. 0 while nothing is heard."""
        return self._value_with(self._unsettled())

    @property
    def strongest(self) -> tuple[str, ...]:
        """The few pieces that weigh most on the side that the value is on, the strongest first.

        One that counts by its writing and by its sound is told once.
        """
        unsettled = self._unsettled()
        side = 1 if self._value_with(unsettled) >= 0 else -1
        ranked = _ranked([*self._strongest[side], *unsettled], side)
        told = dict.fromkeys(piece.removeprefix(SOUND) for piece, weight in ranked if weight * side > 0)
        return tuple(told)[:_STRONGEST]

    def _known_in(self, speaker: Speaker, reading: Reading) -> frozenset[str]:
        known = self._known[speaker]
        same = zip(known, reading.stretches, strict=False)
        del known[sum(1 for _ in takewhile(lambda pair: pair[0][0] is pair[1], same)) :]
        for stretch in reading.stretches[len(known) :]:
            start, end = max(0, stretch.offset - _REACH), stretch.offset + len(stretch.syllables)
            part = reading.characters[start:end], reading.syllables[start:end]
            known.append((stretch, self._diction.known_in(speaker, *part, merge_f_h=self._merge_f_h)))
        return frozenset().union(*(pieces for _, pieces in known))

    def _settle(self, speaker: Speaker, pieces: frozenset[str]) -> None:
        weights = self._diction.weights[speaker]
        found = [(piece, weights[piece]) for piece in sorted(pieces)]
        self._settled[speaker] |= pieces
        self._sum += sum(weight for _, weight in found)
        self._count += len(found)
        for side, strongest in self._strongest.items():
            self._strongest[side] = _ranked([*strongest, *found], side)

    def _value_with(self, unsettled: Sequence[_Weighed]) -> float:
        weights = [weight for _, weight in unsettled]
        return fsum([self._sum, *weights]) / sqrt(self._count + len(weights) + STEADY)

    def _unsettled(self) -> list[_Weighed]:
        return [
            (piece, self._diction.weights[speaker][piece])
            for speaker, standing in self._standing.items()
            for piece in standing - self._settled[speaker]
        ]


def _ranked(weighed: Sequence[_Weighed], side: int) -> list[_Weighed]:
    return sorted(weighed, key=lambda each: (-side * each[1], each[0]))[: 2 * _STRONGEST]
