"""The risk of many calls at once, as a function of the weights, with its slopes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contracts.evidence import Stage
from contracts.taxonomy import ScamType
from screening.fitting.heard_call import DICTION, HeardCall, Moment
from screening.phrase import Phrase
from screening.risk import FULLY_PRESENT
from screening.risk_model import RiskModel

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
_STAGES = (Stage.APPROACH, Stage.HOOK, Stage.ISOLATION, Stage.ASK, Stage.PROTECTIVE)
_ACCUSING = len(_STAGES) - 1


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst moment of each call."""

    risks: Floats
    """Per call, log-odds without the prior."""
    rows: Places
    """Per call, its row in the table."""
    values: Floats
    """Per row of the table what each stage adds, and what protection takes away."""
    diction: Floats
    """Per row of the table what diction could add at most, log-odds within its limit."""


class RiskTable:
    """Calls times moments times scam types: the same sum as `screening.risk.assess`, in arrays.

    A call's risk is that of its worst moment: an alert may be raised at any of them.
    """

    def __init__(self, calls: Sequence[HeardCall], phrases: Sequence[Phrase], model: RiskModel) -> None:
        self._phrases = len(phrases)
        places = {phrase.id: place for place, phrase in enumerate(phrases)}
        rows: list[dict[int, float]] = []
        first_rows: list[int] = []
        diction: list[float] = []
        for call in calls:
            first_rows.append(len(rows))
            for moment in call.moments:
                found = list(_rows(moment, phrases, places))
                rows.extend(found)
                diction.extend([dict(moment).get(DICTION, 0.0)] * len(found))
        self._first_rows: Places = np.array(first_rows, dtype=np.int64)
        self._rows = len(rows)
        self._diction: Floats = np.array(diction, dtype=np.float64)
        sizes = np.diff(np.append(self._first_rows, self._rows))
        self._call: Places = np.repeat(np.arange(len(calls)), sizes)
        self._row: Places = np.array([at for at, row in enumerate(rows) for _ in row], dtype=np.int64)
        self._phrase: Places = np.array([phrase for row in rows for phrase in row], dtype=np.int64)
        self._share: Floats = np.array([share for row in rows for share in row.values()], dtype=np.float64)
        stages: Places = np.array([_STAGES.index(phrase.stage) for phrase in phrases], dtype=np.int64)
        self._cell: Places = self._row * len(_STAGES) + stages[self._phrase]
        limits = dict(model.stage_limits.items())
        self._diction_limits = model.diction_limits
        self._limits: Floats = np.array(
            [limits.get(stage, model.protection_limit) for stage in _STAGES], dtype=np.float64
        )

    def worst(self, weights: Floats, combination: Floats, diction: float = 1.0) -> Worst:
        """Return each call's worst moment with these weights and bonuses, and so many times the diction."""
        values = self._values(weights)
        accusing = values[:, :_ACCUSING].sum(axis=1) + _bonus_shares(values) @ combination
        limited = np.clip(diction * self._diction, *self._diction_limits)
        risks = accusing - values[:, _ACCUSING] + _diction_shares(values, limited) * limited
        rows = self._worst_rows(risks)
        return Worst(risks[rows], rows, values, limited)

    def diction_slopes(self, worst: Worst, diction: float) -> Floats:
        """Return how each call's risk changes by the factor of its diction."""
        least, most = self._diction_limits
        within = (least < diction * self._diction) & (diction * self._diction < most)
        slopes: Floats = (within * self._diction * _diction_shares(worst.values, worst.diction))[worst.rows]
        return slopes

    def slopes(self, worst: Worst, combination: Floats, importance: Floats) -> tuple[Floats, Floats]:
        """Return how the calls' risks, times their importance, change by each weight and each bonus."""
        values = worst.values
        by_value = np.ones_like(values)
        rising = values[:, :_ACCUSING] < FULLY_PRESENT
        for_more = _bonus_slope(values, combination) + (_present(values) < 1) * np.maximum(0.0, worst.diction)
        by_value[:, :_ACCUSING] += rising * for_more[:, None] / FULLY_PRESENT
        by_value[:, _ACCUSING] = -1.0
        important = np.zeros(self._rows)
        important[worst.rows] = importance
        by_sum = important[:, None] * by_value * (1 - values / self._limits)
        by_weight = _added(self._phrase, by_sum.reshape(-1)[self._cell] * self._share, self._phrases)
        return by_weight, importance @ _bonus_shares(values[worst.rows])

    def _values(self, weights: Floats) -> Floats:
        added = _added(self._cell, self._share * weights[self._phrase], self._rows * len(_STAGES))
        values: Floats = self._limits * -np.expm1(-added.reshape(self._rows, len(_STAGES)) / self._limits)
        return values

    def _worst_rows(self, risks: Floats) -> Places:
        highest = np.maximum.reduceat(risks, self._first_rows)
        equal = np.flatnonzero(risks == highest[self._call])
        # Of several that are equal the first; a call's rows lie side by side.
        is_first = np.diff(self._call[equal], prepend=-1) > 0
        worst: Places = equal[is_first]
        return worst


def _added(places: Places, amounts: Floats, length: int) -> Floats:
    # With nothing to add up numpy would count, in whole numbers.
    return np.bincount(places, amounts, minlength=length).astype(np.float64)


def _bonus_shares(values: Floats) -> Floats:
    """Return per row the share (0 to 1) it gets of the bonuses for two, three and four stages."""
    shares: Floats = np.maximum(0.0, 1 - np.abs(_present(values)[:, None] - np.array([2.0, 3.0, 4.0])))
    return shares


def _diction_shares(values: Floats, diction: Floats) -> Floats:
    """Return per row the share (0 to 1) of diction that counts: for fraud as far as a stage is present."""
    shares: Floats = np.where(diction > 0, np.minimum(1.0, _present(values)), 1.0)
    return shares


def _bonus_slope(values: Floats, combination: Floats) -> Floats:
    steps = np.diff(np.concatenate([[0.0, 0.0], combination, combination[-1:]]))
    slope: Floats = steps[_present(values).astype(np.int64)]
    return slope


def _present(values: Floats) -> Floats:
    present: Floats = np.minimum(1.0, values[:, :_ACCUSING] / FULLY_PRESENT).sum(axis=1)
    return present


def _rows(moment: Moment, phrases: Sequence[Phrase], places: Mapping[str, int]) -> Iterator[dict[int, float]]:
    """Yield per scam type that the moment may point to (None: any) the phrases and shares that count."""
    heard = {places[name]: share for name, share in moment if name != DICTION}
    kinds: set[ScamType | None] = {phrases[place].type for place in heard} | {None}
    for kind in kinds:
        yield {place: share for place, share in heard.items() if phrases[place].type in {None, kind}}
