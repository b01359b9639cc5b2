"""Adding evidence up to the risk of a dialogue: log-odds per scam type, with saturation and stages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Protocol

from contracts.evidence import Stage
from contracts.taxonomy import RiskLevel, ScamType
from screening.phrase import Phrase

PRIOR = -3.6
"""Log-odds that a call nobody knows anything about is fraud."""
# The most that one stage can add, however often it is repeated: never enough for an alert by itself.
_STAGE_LIMITS = {Stage.APPROACH: 2.2, Stage.HOOK: 3.1, Stage.ISOLATION: 2.8, Stage.ASK: 3.2}
_PROTECTION_LIMIT = 4.0
# Added when so many stages are present: a script is told by its stages together.
_COMBINATION = (0.0, 0.0, 1.0, 2.6, 4.2)
# A stage counts as present once it adds this much.
_PRESENT = 0.4
_REPETITION = 0.25
_LEVELS = ((2.5, RiskLevel.HIGH), (0.0, RiskLevel.MEDIUM), (-2.0, RiskLevel.LOW))
_NUMBER_SHIFT = 1.5
_RESIDENT_SHIFT = 0.7
# Where types are equal, the most frequent one leads.
_ORDER = (ScamType.SERVICE, *(kind for kind in ScamType if kind is not ScamType.SERVICE))


class Mark(Protocol):
    """A phrase that was found."""

    @property
    def phrase(self) -> Phrase:
        """What was found."""
        ...

    @property
    def score(self) -> float:
        """How well, 0 to 100."""
        ...


@dataclass(frozen=True, slots=True)
class Assessment:
    """The risk of a dialogue and where it comes from."""

    level: RiskLevel
    scam_type: ScamType | None
    """The leading type; None without evidence."""
    risk: float
    """Log-odds of the leading type."""
    contributions: tuple[float, ...]
    """Per mark, log-odds; with the prior they add up to the risk. 0 for marks of other types."""


def threshold_shift(number_risk: float, *, high_risk_resident: bool) -> float:
    """Return by how much (log-odds) all thresholds fall; R15. `number_risk` is 0 to 1."""
    return _NUMBER_SHIFT * number_risk + (_RESIDENT_SHIFT if high_risk_resident else 0.0)


def assess(marks: Sequence[Mark], shift: float = 0.0) -> Assessment:
    """Weigh all marks of a call, in the order heard."""
    weights = _weights(marks)
    accusing = [mark for mark in marks if mark.phrase.stage is not Stage.PROTECTIVE]
    if not accusing:
        return Assessment(RiskLevel.NONE, None, PRIOR, tuple(0.0 for _ in marks))
    types = {mark.phrase.type for mark in accusing}
    candidates = [kind for kind in _ORDER if kind in types or (kind is ScamType.SERVICE and None in types)]
    ranked = [(kind, _contributions(marks, weights, kind)) for kind in candidates]
    leading, contributions = max(ranked, key=lambda item: round(sum(item[1]), 6))
    risk = PRIOR + sum(contributions)
    return Assessment(_level(risk + shift), leading, risk, contributions)


def _weights(marks: Sequence[Mark]) -> list[float]:
    seen: defaultdict[str, int] = defaultdict(int)
    weights = []
    for mark in marks:
        weights.append(mark.phrase.weight * mark.score / 100 * _REPETITION ** seen[mark.phrase.id])
        seen[mark.phrase.id] += 1
    return weights


def _contributions(marks: Sequence[Mark], weights: Sequence[float], kind: ScamType) -> tuple[float, ...]:
    sums: defaultdict[Stage, float] = defaultdict(float)
    contributions = []
    total = 0.0
    for mark, weight in zip(marks, weights, strict=True):
        if mark.phrase.type in {None, kind}:
            sums[mark.phrase.stage] += weight
        now = _total(sums)
        contributions.append(now - total)
        total = now
    return tuple(contributions)


def _total(sums: dict[Stage, float]) -> float:
    stages = [_saturated(sums.get(stage, 0.0), limit) for stage, limit in _STAGE_LIMITS.items()]
    present = sum(value >= _PRESENT for value in stages)
    return (
        sum(stages) + _COMBINATION[present] - _saturated(sums.get(Stage.PROTECTIVE, 0.0), _PROTECTION_LIMIT)
    )


def _saturated(total: float, limit: float) -> float:
    return limit * (1 - exp(-total / limit))


def _level(shifted: float) -> RiskLevel:
    return next((level for least, level in _LEVELS if shifted >= least), RiskLevel.NONE)
