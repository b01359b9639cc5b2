"""Diction as fitted to labelled calls: what each piece of talk weighs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from contracts.evidence import Speaker
from screening.diction import NO_DICTION, STEADY, Diction, is_piece, pieces_of
from screening.evaluation.dialogue import FRAUD, Dialogue, fold_of
from screening.evaluation.playback import results_of
from screening.fitting.importance import importance_of
from screening.fitting.learning import logistic
from screening.fitting.risk_table import Floats
from screening.normalise import normalise

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

    id: str
    file: str
    is_fraud: bool
    pieces: frozenset[_Piece]

    @classmethod
    def of(cls, dialogue: Dialogue, file: str) -> SpokenCall:
        """Read a call to its end, as its utterances would be recognised."""
        pieces = {
            (speaker, piece)
            for speaker, heard in results_of(dialogue)
            if heard.final
            for piece in pieces_of(normalise(heard.text).text)
            if is_piece(piece)
        }
        return cls(dialogue.id, file, dialogue.label == FRAUD, frozenset(pieces))


def fitted_diction(calls: Sequence[SpokenCall], factors: Mapping[str, float]) -> Diction:
    """Fit to calls of both labels, else to nothing; `factors` as in `importance_of`.

    Raises FittingUnavailableError.

    Logistic regression, twice: on all pieces of three calls or more, then on those that mattered most. Rare
    pieces may weigh more than frequent ones, by their inverse document frequency (Spärck Jones 1972).
    """
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
    return _diction(weights)


def dictions_without(
    calls: Sequence[SpokenCall], folds: int, held_back: int, factors: Mapping[str, float]
) -> tuple[Diction, ...]:
    """Return for each fold what is fitted without it, and without the fold that is held back."""
    return tuple(
        fitted_diction([call for call in calls if fold_of(call.id, folds) not in {fold, held_back}], factors)
        for fold in range(folds)
    )


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


def _diction(weights: Mapping[_Piece, float]) -> Diction:
    by_speaker: dict[Speaker, dict[str, float]] = {speaker: {} for speaker in Speaker}
    for (speaker, piece), weight in weights.items():
        if rounded := round(weight, _DECIMALS):
            by_speaker[speaker][piece] = rounded
    return Diction(by_speaker)
