"""Diction as fitted to labelled calls: what each piece of talk weighs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log, sqrt

import numpy as np

from contracts.evidence import Speaker
from screening.diction import (
    CHARACTERS,
    GREATEST_WEIGHT,
    NO_DICTION,
    SOUND,
    STEADY,
    SYLLABLES,
    Diction,
    is_piece,
    neighbours,
    sound_of,
)
from screening.evaluation.dialogue import FRAUD, Dialogue, fold_of
from screening.evaluation.playback import results_of
from screening.fitting.importance import importance_of
from screening.fitting.learning import logistic
from screening.fitting.risk_table import Floats
from screening.reading import Reading, read

KEPT_PIECES = 16_000
"""Those that matter most; twice as many tell hardly more."""
_FEWEST_CALLS = 3
"""A piece of fewer calls says more about who spoke than about what was said."""
_STRENGTH = 3.0
"""How little the pieces' weights are held back: the inverse of the penalty on them."""
_DECIMALS = 1
_Piece = tuple[Speaker, str]


@dataclass(frozen=True, slots=True)
class SpokenCall:
    """The pieces of a written call."""

    fold_key: str
    file: str
    is_fraud: bool
    pieces: frozenset[_Piece]
    """By sound, too, each as it was written here."""

    @classmethod
    def of(cls, dialogue: Dialogue, file: str) -> SpokenCall:
        """Read a call to its end, as its utterances would be recognised."""
        pieces = (
            (speaker, piece)
            for speaker, heard in results_of(dialogue)
            if heard.final
            for piece in _pieces_of(read(heard.text))
        )
        return cls(dialogue.fold_key, file, dialogue.label == FRAUD, frozenset(pieces))


def fitted_diction(calls: Sequence[SpokenCall], factors: Mapping[str, float], scale: float = 1.0) -> Diction:
    """Fit to calls of both labels, else to nothing; `factors` as in `importance_of`.

    Every weight is given `scale` times. Raises FittingUnavailableError.

    Logistic regression, twice: on all pieces of three calls or more, then on those that mattered most. Rare
    pieces may weigh more than frequent ones, by their inverse document frequency (Spärck Jones 1972).
    """
    calls = _written_alike(calls)
    importance = importance_of(calls, factors)
    counts = Counter(piece for call in calls for piece in call.pieces)
    rarity = {
        piece: log((1 + len(calls)) / (1 + count)) + 1
        for piece, count in counts.items()
        if count >= _FEWEST_CALLS
    }
    if not rarity or len({call.is_fraud for call in calls}) < 2:
        return NO_DICTION
    weights = _weights(calls, rarity, importance)
    if len(weights) > KEPT_PIECES:
        told = {piece: abs(weight) * sqrt(counts[piece]) for piece, weight in weights.items()}
        chosen = sorted(told, key=lambda piece: (-told[piece], piece))[:KEPT_PIECES]
        weights = _weights(calls, {piece: rarity[piece] for piece in chosen}, importance)
    return _diction(weights, scale)


def dictions_without(
    calls: Sequence[SpokenCall], folds: int, held_back: int, factors: Mapping[str, float]
) -> tuple[Diction, ...]:
    """Return for each fold what is fitted without it, and without the fold that is held back."""
    return tuple(
        fitted_diction(
            [call for call in calls if fold_of(call.fold_key, folds) not in {fold, held_back}], factors
        )
        for fold in range(folds)
    )


def _pieces_of(reading: Reading) -> Iterator[str]:
    yield from filter(is_piece, neighbours(reading.characters, CHARACTERS))
    for length in SYLLABLES:
        for at in range(len(reading.characters) - length + 1):
            text, sound = reading.characters[at : at + length], reading.syllables[at : at + length]
            # What is read otherwise by itself than where it stood cannot be written down.
            if is_piece(SOUND + text) and sound_of(text) == sound:
                yield SOUND + text


def _written_alike(calls: Sequence[SpokenCall]) -> list[SpokenCall]:
    """Write each sound as most calls do."""
    counts = Counter(piece for call in calls for _, piece in call.pieces if piece.startswith(SOUND))
    commonest: dict[str, str] = {}
    for piece in sorted(counts, key=lambda piece: (-counts[piece], piece)):
        commonest.setdefault(sound_of(piece[1:]), piece)
    written = {piece: commonest[sound_of(piece[1:])] for piece in counts}
    return [
        replace(call, pieces=frozenset((by, written.get(piece, piece)) for by, piece in call.pieces))
        for call in calls
    ]


def _weights(
    calls: Sequence[SpokenCall], rarity: Mapping[_Piece, float], importance: Floats
) -> dict[_Piece, float]:
    places = {piece: place for place, piece in enumerate(sorted(rarity))}
    heard = [sorted(places[piece] for piece in call.pieces if piece in places) for call in calls]
    by_place = np.array([rarity[piece] for piece in places])
    values = [by_place[own] / sqrt(len(own) + STEADY) for own in heard]
    are_fraud = np.array([call.is_fraud for call in calls])
    found = logistic(heard, values, are_fraud, importance, len(places), _STRENGTH) * by_place
    return {piece: float(found[place]) for piece, place in places.items()}


def _diction(weights: Mapping[_Piece, float], scale: float) -> Diction:
    by_speaker: dict[Speaker, dict[str, float]] = {speaker: {} for speaker in Speaker}
    for (speaker, piece), weight in weights.items():
        if rounded := round(scale * weight, _DECIMALS):
            by_speaker[speaker][piece] = max(-GREATEST_WEIGHT, min(GREATEST_WEIGHT, rounded))
    return Diction(by_speaker)
