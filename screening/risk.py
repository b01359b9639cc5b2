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
from screening.risk_model import RiskModel

FULLY_PRESENT = 0.4
"""A stage counts as present once it adds this much (log-odds); with less, in proportion."""
REPETITION = 0.25
"""What a phrase said again adds, of what it added before."""
_LEVELS = ((2.5, RiskLevel.HIGH), (0.0, RiskLevel.MEDIUM), (-2.0, RiskLevel.LOW))
# One stage alone is never enough for an alert, whoever calls whom: banks verify, couriers apologise.
_FEWEST_STAGES = 2
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

    @property
    def end_ms(self) -> int:
        """When its last word ended, ms of call time."""
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


@dataclass(frozen=True, slots=True)
class _Sum:
    risk: float
    """Without the prior."""
    stages: int
    """Fully present."""
    contributions: tuple[float, ...]


def threshold_shift(number_risk: float, *, high_risk_resident: bool) -> float:
    """Return by how much (log-odds) all thresholds fall; R15. `number_risk` is 0 to 1."""
    return _NUMBER_SHIFT * number_risk + (_RESIDENT_SHIFT if high_risk_resident else 0.0)


def assess(marks: Sequence[Mark], model: RiskModel, shift: float = 0.0, *, now_ms: int = 0) -> Assessment:
    """Weigh all marks of a call at `now_ms` of call time; by default none has aged.

    One more accusing mark never lowers the risk, and mere time never raises it.
    """
    weights = _weights(marks, model, now_ms)
    types = {mark.phrase.type for mark in marks if mark.phrase.stage is not Stage.PROTECTIVE}
    ranked = [(kind, _sum(marks, weights, kind, model)) for kind in _candidates(types)]
    leading, found = max(ranked, key=lambda item: round(item[1].risk, 6))
    if not types:
        return Assessment(RiskLevel.NONE, None, model.prior + found.risk, found.contributions)
    risk = model.prior + found.risk
    return Assessment(_level(risk + shift, found.stages), leading, risk, found.contributions)


def _candidates(types: set[ScamType | None]) -> list[ScamType]:
    named = [kind for kind in _ORDER if kind in types]
    # What is said in scams of any type, or against all, needs a type to be added up under.
    return named or [_ORDER[0]]


def _weights(marks: Sequence[Mark], model: RiskModel, now_ms: int) -> list[float]:
    """Return each mark's weight, the strongest sighting of a phrase in full and the others as repetitions.

    By strength, not by order: a poor match must not push a perfect one down to a repetition.
    """
    full = [mark.score / 100 * _remaining(mark, model, now_ms) for mark in marks]
    seen: defaultdict[str, int] = defaultdict(int)
    weights = [0.0] * len(marks)
    for at in sorted(range(len(marks)), key=lambda index: -full[index]):
        phrase = marks[at].phrase
        weights[at] = phrase.weight * full[at] * REPETITION ** seen[phrase.id]
        seen[phrase.id] += 1
    return weights


def _remaining(mark: Mark, model: RiskModel, now_ms: int) -> float:
    # Protection does not fade, else a long call would become suspect by silence.
    if mark.phrase.stage is Stage.PROTECTIVE:
        return 1.0
    return model.remaining(max(0, now_ms - mark.end_ms))


def _sum(marks: Sequence[Mark], weights: Sequence[float], kind: ScamType, model: RiskModel) -> _Sum:
    sums: defaultdict[Stage, float] = defaultdict(float)
    contributions = []
    total, stages = 0.0, 0
    for mark, weight in zip(marks, weights, strict=True):
        before = total
        if mark.phrase.type in {None, kind}:
            sums[mark.phrase.stage] += weight
            total, stages = _total(sums, model)
        contributions.append(total - before)
    return _Sum(total, stages, tuple(contributions))


def _total(sums: dict[Stage, float], model: RiskModel) -> tuple[float, int]:
    values = [_saturated(sums.get(stage, 0.0), limit) for stage, limit in model.stage_limits.items()]
    present = [min(1.0, value / FULLY_PRESENT) for value in values]
    protection = _saturated(sums.get(Stage.PROTECTIVE, 0.0), model.protection_limit)
    risk = sum(values) + _combined(sum(present), model) - protection
    return risk, sum(share >= 1.0 for share in present)


def _combined(present: float, model: RiskModel) -> float:
    """Return the bonus for so many stages, between whole numbers in proportion."""
    bonuses = (0.0, 0.0, *model.combination)
    whole = min(int(present), len(bonuses) - 2)
    return bonuses[whole] + (present - whole) * (bonuses[whole + 1] - bonuses[whole])


def _saturated(total: float, limit: float) -> float:
    return limit * (1 - exp(-total / limit))


def _level(shifted: float, stages: int) -> RiskLevel:
    level = next((level for least, level in _LEVELS if shifted >= least), RiskLevel.NONE)
    return level if stages >= _FEWEST_STAGES else min(level, RiskLevel.LOW)
