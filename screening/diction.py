"""How a call is worded as a whole: characters and pairs that frauds say more, or less, than others do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite, sqrt

import yaml

from contracts.evidence import Speaker
from screening.normalise import normalise
from screening.phrasebook_fault import FaultKind, Faults
from screening.phrasebook_yaml import line_of

LONGEST_PIECE = 2
"""Characters, normalised."""
MOST_PIECES = 40_000
STEADY = 100
"""Pieces after which what is heard counts in full: the first words of a call tell little, and an hour of
talk, which says everything once, no more than a minute."""
_GREATEST_WEIGHT = 50.0
_STRONGEST = 5
_Weighed = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Diction:
    """What pieces of talk weigh. A piece is a character or two neighbouring ones of one utterance."""

    weights: Mapping[Speaker, Mapping[str, float]] = field(
        default_factory=lambda: {speaker: {} for speaker in Speaker}
    )
    """By whom, and by piece, log-odds that a call is fraud; each counts once a call."""

    def times(self, factor: float) -> Diction:
        """Return the same with every weight so many times as great, to one decimal; those left at 0 go."""
        return Diction(
            {
                speaker: {
                    piece: scaled
                    for piece, weight in weights.items()
                    if (scaled := round(factor * weight, 1))
                }
                for speaker, weights in self.weights.items()
            }
        )

    def known_in(self, speaker: Speaker, characters: str) -> frozenset[str]:
        """Return the pieces of normalised characters that weigh anything."""
        return frozenset(pieces_of(characters) & self.weights[speaker].keys())


NO_DICTION = Diction()


class HeardDiction:
    """What a call's pieces add up to while it is heard; costs what is new, however long the call is."""

    def __init__(self, diction: Diction) -> None:
        self._diction = diction
        self._settled: dict[Speaker, set[str]] = {speaker: set() for speaker in Speaker}
        self._sum = 0.0
        self._count = 0
        self._strongest: dict[int, list[_Weighed]] = {1: [], -1: []}
        """Of the settled pieces, for fraud (1) and against it (-1)."""
        self._latest: dict[Speaker, frozenset[str]] = dict.fromkeys(Speaker, frozenset())
        self._standing: dict[Speaker, frozenset[str]] = dict.fromkeys(Speaker, frozenset())

    def hear(self, speaker: Speaker, characters: str, *, final: bool) -> None:
        """Take an utterance as it stands now, normalised; a piece counts in a final, or in two partials."""
        pieces = self._diction.known_in(speaker, characters)
        if final:
            self._settle(speaker, pieces - self._settled[speaker])
            self._latest[speaker] = self._standing[speaker] = frozenset()
        else:
            self._standing[speaker] = pieces & self._latest[speaker]
            self._latest[speaker] = pieces

    @property
    def value(self) -> float:
        """What speaks for fraud, log-odds; below 0 it speaks against. 0 while nothing is heard."""
        return self._value_with(self._unsettled())

    @property
    def strongest(self) -> tuple[str, ...]:
        """The few pieces that weigh most on the side that the value is on, the strongest first."""
        unsettled = self._unsettled()
        side = 1 if self._value_with(unsettled) >= 0 else -1
        ranked = _ranked([*self._strongest[side], *unsettled], side)
        return tuple(dict.fromkeys(piece for piece, weight in ranked if weight * side > 0))

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
        return (self._sum + sum(weights)) / sqrt(self._count + len(weights) + STEADY)

    def _unsettled(self) -> list[_Weighed]:
        return [
            (piece, self._diction.weights[speaker][piece])
            for speaker, standing in self._standing.items()
            for piece in standing - self._settled[speaker]
        ]


def pieces_of(characters: str) -> set[str]:
    """Return the pieces of normalised characters, each once."""
    return {
        characters[at : at + length]
        for length in range(1, LONGEST_PIECE + 1)
        for at in range(len(characters) - length + 1)
    }


def _ranked(weighed: Sequence[_Weighed], side: int) -> list[_Weighed]:
    return sorted(weighed, key=lambda each: (-side * each[1], each[0]))[:_STRONGEST]


@lru_cache(maxsize=1 << 18)
def is_piece(text: str) -> bool:
    """Tell whether normalised text may hold this as a piece, whatever stands around it."""
    return 0 < len(text) <= LONGEST_PIECE and normalise(text).text == text


def read_diction(node: yaml.Node | None, faults: Faults) -> Diction:
    """Return the mapping `diction`: by speaker and weight, pieces with spaces between.

    Keeps a fault for each entry that cannot be used.
    """
    if node is None:
        return NO_DICTION
    if not isinstance(node, yaml.MappingNode):
        faults.add(line_of(node), FaultKind.SHAPE, "diction must be a mapping of caller and resident")
        return NO_DICTION
    weights: dict[Speaker, dict[str, float]] = {speaker: {} for speaker in Speaker}
    seen: set[str] = set()
    for key, rows in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value not in set(Speaker):
            problem = f"diction of {key.value!r}: there are caller and resident"
            faults.add(line_of(key), FaultKind.UNKNOWN_SPEAKER, problem)
        elif key.value in seen:
            faults.add(line_of(key), FaultKind.REPEATED_KEY, f"diction of {key.value} is given twice")
        elif not isinstance(rows, yaml.MappingNode):
            problem = f"diction of {key.value} must be a mapping of weights to pieces"
            faults.add(line_of(rows), FaultKind.SHAPE, problem)
        else:
            seen.add(key.value)
            _read_rows(rows, weights[Speaker(key.value)], faults)
    if sum(map(len, weights.values())) > MOST_PIECES:
        problem = f"diction has more than {MOST_PIECES} pieces; take the lightest out"
        faults.add(line_of(node), FaultKind.TOO_LARGE, problem)
    return Diction(weights)


def written_diction(diction: Diction) -> str:
    """Return the lines of the mapping `diction`, heaviest pieces first."""
    lines = ["diction:"]
    for speaker, weights in diction.weights.items():
        by_weight: dict[float, list[str]] = {}
        for piece, weight in weights.items():
            by_weight.setdefault(weight, []).append(piece)
        if by_weight:
            lines.append(f"  {speaker.value}:")
        lines += [
            f'    {weight:g}: "{" ".join(sorted(by_weight[weight]))}"'
            for weight in sorted(by_weight, reverse=True)
        ]
    return "\n".join(lines) + "\n"


def _read_rows(rows: yaml.MappingNode, weights: dict[str, float], faults: Faults) -> None:
    for key, pieces in rows.value:
        weight = _weight(key.value)
        if weight is None:
            problem = f"diction: {key.value!r} is no weight; write a number up to {_GREATEST_WEIGHT:g}, not 0"
            faults.add(line_of(key), FaultKind.BAD_WEIGHT, problem)
        elif not isinstance(pieces, yaml.ScalarNode):
            problem = f"diction: the pieces of {key.value} must be plain text with spaces between"
            faults.add(line_of(pieces), FaultKind.SHAPE, problem)
        else:
            for piece in pieces.value.split():
                _read_piece(piece, weight, weights, pieces, faults)


def _read_piece(
    piece: str, weight: float, weights: dict[str, float], node: yaml.Node, faults: Faults
) -> None:
    if not is_piece(piece):
        problem = f"diction: {piece!r} is never heard; a piece is one or two characters, normalised"
        faults.add(line_of(node), FaultKind.BAD_WORD, problem)
    elif piece in weights:
        faults.add(line_of(node), FaultKind.REPEATED_WORD, f"diction: {piece!r} is given twice")
    else:
        weights[piece] = weight


def _weight(text: object) -> float | None:
    try:
        weight = float(str(text))
    except ValueError:
        return None
    return weight if isfinite(weight) and 0 < abs(weight) <= _GREATEST_WEIGHT else None
