"""The penalised likelihood of labelled calls under weights, prior and bonuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screening.fitting.risk_table import Floats, RiskTable
from screening.phrase import Phrase
from screening.risk_model import LOWEST_PRIOR, RiskModel

_LEAST_WEIGHT = 0.05
_GREATEST_WEIGHT = 5.0
_GREATEST_BONUS_STEP = 8.0
# Of the editor's: diction leaves little for stages together, yet a new script is told by them alone.
_LEAST_OF_A_STEP = 0.3
_BONUSES = 3
_GREATEST_SCALE = 10.0


@dataclass(frozen=True, slots=True)
class Unknowns:
    """What is fitted."""

    weights: Floats
    """Per phrase, log-odds; for protective phrases, taken away."""
    prior: float
    bonus_steps: Floats
    """By how much two stages outweigh one, three outweigh two, four outweigh three."""
    diction: float = 1.0
    """How many times as much diction weighs as it does by itself, beside the phrases."""

    @classmethod
    def of(cls, phrases: Sequence[Phrase], model: RiskModel) -> Unknowns:
        """Return what stands in a phrasebook."""
        steps = np.diff(np.array([0.0, *model.combination]))
        return cls(np.array([phrase.weight for phrase in phrases]), model.prior, steps)

    @classmethod
    def unpacked(cls, place: Floats) -> Unknowns:
        """Return them from one array: weights, prior, diction, steps."""
        weights, (prior, diction), steps = np.split(place, [-_BONUSES - 2, -_BONUSES])
        return cls(weights, float(prior), steps, float(diction))

    @property
    def packed(self) -> Floats:
        """All of them as one array."""
        return np.concatenate([self.weights, [self.prior, self.diction], self.bonus_steps])

    @property
    def combination(self) -> Floats:
        """The bonuses for two, three and four stages."""
        return np.cumsum(self.bonus_steps)


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How badly unknowns explain the labels; less is better.

    The logistic loss of each call's worst moment, times its importance, and half of `penalty` times the
    squared distance of weights and bonuses from the editor's: what no call speaks about stays as it was.
    """

    table: RiskTable
    are_fraud: Floats
    """1 or 0."""
    importance: Floats
    editors: Unknowns
    penalty: float
    highest_prior: float

    def __call__(self, place: Floats) -> tuple[float, Floats]:
        """Return the value and its slopes."""
        unknowns = Unknowns.unpacked(place)
        worst = self.table.worst(unknowns.weights, unknowns.combination, unknowns.diction)
        risks = worst.risks + unknowns.prior
        signs = 2 * self.are_fraud - 1
        loss = float(self.importance @ np.logaddexp(0.0, -signs * risks))
        by_risk = -self.importance * signs / (1 + np.exp(np.clip(signs * risks, -500, 500)))
        by_weight, by_bonus = self.table.slopes(worst, unknowns.combination, by_risk)
        by_step = np.cumsum(by_bonus[::-1])[::-1]
        by_diction = self.table.diction_slopes(worst, unknowns.diction) @ by_risk
        slopes = np.concatenate([by_weight, [by_risk.sum(), by_diction], by_step])
        return loss + self._pull(place), slopes + self.penalty * self._distance(place)

    @property
    def bounds(self) -> list[tuple[float, float]]:
        """Return the least and greatest of each: no weight and no bonus ever changes its sign.

        The editor's own number is always within: what no call speaks about stays as it was.
        """
        return [
            *((min(_LEAST_WEIGHT, weight), _GREATEST_WEIGHT) for weight in self.editors.weights),
            (LOWEST_PRIOR, self.highest_prior),
            (0.0, _GREATEST_SCALE),
            *(
                (_LEAST_OF_A_STEP * step, max(_GREATEST_BONUS_STEP, step))
                for step in self.editors.bonus_steps
            ),
        ]

    def _pull(self, place: Floats) -> float:
        return self.penalty / 2 * float(np.sum(self._distance(place) ** 2))

    def _distance(self, place: Floats) -> Floats:
        distance: Floats = place - self.editors.packed
        distance[-_BONUSES - 2 : -_BONUSES] = 0.0
        return distance
