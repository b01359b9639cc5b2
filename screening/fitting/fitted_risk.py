"""Weights and risk model as fitted to labelled calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from screening.diction import NO_DICTION
from screening.evaluation.dialogue import FOLDS
from screening.fitting.heard_call import HeardCall
from screening.fitting.importance import importance_of
from screening.fitting.learning import minimised, splits
from screening.fitting.likelihood import Likelihood, Unknowns
from screening.fitting.operating_point import prior_for
from screening.fitting.risk_table import Floats, RiskTable
from screening.phrase import Phrase
from screening.phrasebook import Phrasebook
from screening.risk_model import HIGHEST_BONUS, LOWEST_PRIOR, RiskModel

_DECIMALS = 2
_SMALLEST_CHANGE = 0.005
# How much dearer a false alarm may be than a missed fraud. With 1 the likelihood cares for calls in the
# middle; the line is drawn far out among the ordinary ones, which the others look at harder and harder.
_COSTS = (1.0, 5.0, 20.0, 60.0)


@dataclass(frozen=True, slots=True)
class Aims:
    """What to fit for."""

    penalty: float = 1.0
    """How firmly the editor's numbers hold: a change by 1 costs half of it, as much as it weighs to have
    one call wrong by that much."""
    most_false_alarms: float = 0.003
    """Share (0 to 1) of the ordinary calls of each file."""
    exceptions: Mapping[str, float] = field(default_factory=dict)
    """Files of which another share may alert: calls that are hard to tell, and rarer than in the file."""
    factors: Mapping[str, float] = field(default_factory=dict)
    """By how much the calls of a file count more than they would."""
    folds: int = FOLDS
    """Into how many parts calls are put to set the operating point."""

    def allowed(self, file: str) -> float:
        """Return the share of a file's ordinary calls that may alert."""
        return self.exceptions.get(file, self.most_false_alarms)


@dataclass(frozen=True, slots=True)
class RiskNumbers:
    """The numbers of a phrasebook: a weight for each phrase, in its order, and the model."""

    weights: tuple[float, ...]
    model: RiskModel
    diction: float = 1.0
    """How many times as much the diction weighs that the calls were heard with."""

    @classmethod
    def of(cls, book: Phrasebook) -> RiskNumbers:
        """Return those set by the editor; where a phrasebook has no diction, none that is heard weighs."""
        weights = tuple(phrase.weight for phrase in book.phrases)
        return cls(weights, book.model, 0.0 if book.diction == NO_DICTION else 1.0)

    def risks(self, calls: Sequence[HeardCall], phrases: Sequence[Phrase]) -> Floats:
        """Return per call the highest risk (log-odds) it reaches; an alert is raised at zero."""
        table = RiskTable(calls, phrases, self.model)
        worst = table.worst(np.array(self.weights), np.array(self.model.combination), self.diction)
        return worst.risks + self.model.prior


def fit(calls: Sequence[HeardCall], phrases: Sequence[Phrase], model: RiskModel, aims: Aims) -> RiskNumbers:
    """Fit all numbers but limits and times; raises FittingUnavailableError.

    Weights and bonuses make the labels as likely as they can, near to the editor's; the prior then sets the
    operating point, as it is all that moves every call alike. Of several costs of a false alarm the one is
    taken by which most frauds are told at that point.
    """
    fitting = _Fitting(calls, phrases, model, aims)
    best = max((fitting.candidate(cost) for cost in _COSTS), key=lambda candidate: candidate.recall)
    weights = _rounded(best.found.weights, fitting.editors.weights)
    combination = np.round(best.found.combination, _DECIMALS)
    diction = round(best.found.diction, _DECIMALS)
    worst = fitting.table.worst(weights, combination, diction)
    on_these = prior_for(calls, worst.risks, aims.allowed)
    model = _model_at(model, min(best.prior, on_these), combination)
    return RiskNumbers(tuple(weights.tolist()), model, diction)


@dataclass(frozen=True, slots=True)
class _Candidate:
    found: Unknowns
    prior: float
    """At which few enough ordinary calls alert, whether they are left out of the fitting or not."""
    recall: float
    """Share (0 to 1) of the frauds told at it when they are left out."""


class _Fitting:
    def __init__(
        self, calls: Sequence[HeardCall], phrases: Sequence[Phrase], model: RiskModel, aims: Aims
    ) -> None:
        self._calls, self._aims = calls, aims
        self.table = RiskTable(calls, phrases, model)
        self.editors = Unknowns.of(phrases, model)
        self._are_fraud = np.array([call.is_fraud for call in calls], dtype=np.float64)
        self._highest_prior = _highest_prior(model)

    def candidate(self, cost: float) -> _Candidate:
        importance = importance_of(self._calls, self._aims.factors)
        importance = np.where(self._are_fraud > 0, importance, cost * importance)
        importance /= importance.mean()
        left_out = self._left_out(importance)
        found = self._unknowns(importance)
        on_these = self.table.worst(found.weights, found.combination, found.diction).risks
        # Looking for the best numbers may end in a bad place: then it is seen here, not when all is done.
        prior = min(prior_for(self._calls, risks, self._aims.allowed) for risks in (left_out, on_these))
        recall = float((left_out + min(prior, self._highest_prior) >= 0) @ self._are_fraud)
        return _Candidate(found, prior, recall / max(1.0, self._are_fraud.sum()))

    def _left_out(self, importance: Floats) -> Floats:
        """Return each call's risk, without the prior, by what is fitted without its part of the calls."""
        risks = np.zeros(len(self._calls))
        for others, own in splits([call.fold(self._aims.folds) for call in self._calls]):
            counted = np.zeros(len(self._calls))
            counted[others] = importance[others]
            found = self._unknowns(counted)
            risks[own] = self.table.worst(found.weights, found.combination, found.diction).risks[own]
        return risks

    def _unknowns(self, importance: Floats) -> Unknowns:
        likelihood = Likelihood(
            self.table, self._are_fraud, importance, self.editors, self._aims.penalty, self._highest_prior
        )
        return Unknowns.unpacked(minimised(likelihood, self.editors.packed, likelihood.bounds))


def _rounded(found: Floats, before: Floats) -> Floats:
    """Round what has changed, and leave what has not as precise as it was written."""
    return np.where(np.abs(found - before) < _SMALLEST_CHANGE, before, np.round(found, _DECIMALS))


def _model_at(model: RiskModel, prior: float, combination: Floats) -> RiskModel:
    # What the prior may not rise by, lest one stage alone be an alert, or fall by, the stages together may.
    allowed = min(max(prior, LOWEST_PRIOR), _highest_prior(model))
    bonuses = np.clip(combination + (prior - allowed), 0.0, HIGHEST_BONUS).round(_DECIMALS)
    return RiskModel.model_validate({**model.model_dump(), "prior": allowed, "combination": bonuses.tolist()})


def _highest_prior(model: RiskModel) -> float:
    return round(model.stage_limits.highest_prior - 0.1, 1)
