"""Weights and risk model as fitted to labelled calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from screening.fitting.heard_call import HeardCall
from screening.fitting.importance import importance_of
from screening.fitting.learning import minimised
from screening.fitting.likelihood import Likelihood, Unknowns
from screening.fitting.operating_point import prior_for
from screening.fitting.risk_table import Floats, RiskTable
from screening.phrase import Phrase
from screening.risk_model import RiskModel

_DECIMALS = 2
_SMALLEST_CHANGE = 0.005


@dataclass(frozen=True, slots=True)
class Aims:
    """What to fit for."""

    penalty: float = 2.0
    """How firmly the editor's numbers hold: a change by 1 costs half of it, as much as it weighs to have
    one call wrong by that much."""
    most_false_alarms: float = 0.003
    """Share (0 to 1) of the ordinary calls of each file."""
    factors: Mapping[str, float] = field(default_factory=dict)
    """By how much the calls of a file count more than they would."""


@dataclass(frozen=True, slots=True)
class RiskNumbers:
    """The numbers of a phrasebook: a weight for each phrase, in its order, and the model."""

    weights: tuple[float, ...]
    model: RiskModel

    @classmethod
    def of(cls, phrases: Sequence[Phrase], model: RiskModel) -> RiskNumbers:
        """Return those set by the editor."""
        return cls(tuple(phrase.weight for phrase in phrases), model)

    def risks(self, calls: Sequence[HeardCall], phrases: Sequence[Phrase]) -> Floats:
        """Return per call the highest risk (log-odds) it reaches; an alert is raised at zero."""
        table = RiskTable(calls, phrases, self.model)
        worst = table.worst(np.array(self.weights), np.array(self.model.combination))
        return worst.risks + self.model.prior


def fit(calls: Sequence[HeardCall], phrases: Sequence[Phrase], model: RiskModel, aims: Aims) -> RiskNumbers:
    """Fit all numbers but limits and times; raises FittingUnavailableError.

    Weights and bonuses make the labels as likely as they can, near to the editor's; the prior then sets the
    operating point, as it is all that moves every call alike.
    """
    table = RiskTable(calls, phrases, model)
    editors = Unknowns.of(phrases, model)
    likelihood = Likelihood(
        table,
        np.array([call.is_fraud for call in calls], dtype=np.float64),
        importance_of(calls, aims.factors),
        editors,
        aims.penalty,
        _highest_prior(model),
    )
    found = Unknowns.unpacked(minimised(likelihood, editors.packed, likelihood.bounds))
    weights, combination = _rounded(found.weights, editors.weights), np.round(found.combination, _DECIMALS)
    prior = prior_for(calls, table.worst(weights, combination).risks, aims.most_false_alarms)
    return RiskNumbers(tuple(weights.tolist()), _model_at(model, prior, combination))


def _rounded(found: Floats, before: Floats) -> Floats:
    """Round what has changed, and leave what has not as precise as it was written."""
    return np.where(np.abs(found - before) < _SMALLEST_CHANGE, before, np.round(found, _DECIMALS))


def _model_at(model: RiskModel, prior: float, combination: Floats) -> RiskModel:
    # What the prior may not rise by, lest one stage alone be an alert, the stages together may.
    allowed = min(prior, _highest_prior(model))
    bonuses = tuple(round(float(bonus) + prior - allowed, _DECIMALS) for bonus in combination)
    return RiskModel.model_validate({**model.model_dump(), "prior": allowed, "combination": bonuses})


def _highest_prior(model: RiskModel) -> float:
    return round(model.stage_limits.highest_prior - 0.1, 1)
