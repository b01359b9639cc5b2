"""Adding evidence up to the risk of a dialogue: log-odds per scam type, with saturation and stages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import NamedTuple, Protocol

from contracts.evidence import Stage
from contracts.taxonomy import RiskLevel, ScamType
from screening.phrase import Phrase
from screening.risk_model import NUMBER_SHIFT, RESIDENT_SHIFT, RiskModel

FULLY_PRESENT = 0.4
"""A stage counts as present once it adds this much (log-odds); with less, in proportion."""
REPETITION = 0.25
"""What a phrase said again adds, of what it added before."""
LEVELS = ((2.5, RiskLevel.HIGH), (0.0, RiskLevel.MEDIUM), (-3.0, RiskLevel.LOW))
"""From which risk (log-odds) on a level is reached, the highest first; an alert is raised from medium on."""
# What speaks for no type in particular is told to operators as the most frequent one.
_UNNAMED = ScamType.SERVICE


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
class StageSums:
    """What the risk of one type is made of beside the prior, log-odds."""

    stages: tuple[tuple[Stage, float], ...]
    """Per accusing stage, in the order of a script; none passes its limit."""
    combination: float
    """Added for the stages that stand together."""
    protection: float
    """Taken away."""

    @property
    def total(self) -> float:
        """What all of it adds up to."""
        return sum(value for _, value in self.stages) + self.combination - self.protection


@dataclass(frozen=True, slots=True)
class Assessment:
    """The risk of a dialogue and where it comes from."""

    level: RiskLevel
    scam_type: ScamType | None
    """The leading type; None without evidence that outweighs what speaks against it."""
    risk: float
    """Log-odds of the leading type."""
    contributions: tuple[float, ...]
    """Per mark, log-odds; with prior and diction they add up to the risk. 0 for marks of other types."""
    sums: StageSums
    """Of the leading type; with prior and diction they make the same risk."""
    diction: float
    """What the wording of the whole call adds, log-odds: within its limit, and for fraud only as far as some
    stage is present."""


def threshold_shift(number_risk: float, *, high_risk_resident: bool) -> float:
    """Return by how much (log-odds) all thresholds fall; R15. `number_risk` is 0 to 1."""
    return NUMBER_SHIFT * number_risk + (RESIDENT_SHIFT if high_risk_resident else 0.0)


def assess(
    marks: Sequence[Mark], model: RiskModel, shift: float = 0.0, *, now_ms: int = 0, diction: float = 0.0
) -> Assessment:
    """Weigh all marks of a call at `now_ms` of call time, and how it is worded; by default none has aged.

    One more accusing mark never lowers the risk, and mere time never raises it.
    """
    weights = [
        mark.phrase.weight * strength
        for mark, strength in zip(marks, strengths(marks, model, now_ms), strict=True)
    ]
    types = {mark.phrase.type for mark in marks if mark.phrase.stage is not Stage.PROTECTIVE}
    # None stands for what is said in scams of any type.
    candidates = [*(kind for kind in ScamType if kind in types), None]
    ranked = [_of_type(kind, marks, weights, model, diction) for kind in candidates]
    found = max(ranked, key=lambda each: round(sum(each.contributions) + each.diction, 6))
    contributions, sums, diction = found.contributions, found.sums, found.diction
    risk = model.prior + sum(contributions) + diction
    if found.kind is None and None not in types:
        return Assessment(RiskLevel.NONE, None, risk, contributions, sums, diction)
    kind, level = found.kind or _UNNAMED, _level(risk + shift)
    return Assessment(level, kind, risk, contributions, sums, diction)


def strengths(marks: Sequence[Mark], model: RiskModel, now_ms: int) -> list[float]:
    """Return per mark the share (0 to 1) of its phrase's weight that it brings at `now_ms` of call time.

    The strongest sighting of a phrase counts in full and the others as repetitions: by strength, not by
    order, as a poor match must not push a perfect one down to a repetition.
    """
    shares = [mark.score / 100 * _remaining(mark, model, now_ms) for mark in marks]
    seen: defaultdict[str, int] = defaultdict(int)
    for at in sorted(range(len(marks)), key=lambda index: -shares[index]):
        shares[at] *= REPETITION ** seen[marks[at].phrase.id]
        seen[marks[at].phrase.id] += 1
    return shares


def _remaining(mark: Mark, model: RiskModel, now_ms: int) -> float:
    # Protection does not fade, else a long call would become suspect by silence.
    if mark.phrase.stage is Stage.PROTECTIVE:
        return 1.0
    return model.remaining(max(0, now_ms - mark.end_ms))


class _OfType(NamedTuple):
    """What speaks for one type; None: for whichever."""

    kind: ScamType | None
    contributions: tuple[float, ...]
    sums: StageSums
    diction: float


def _of_type(
    kind: ScamType | None, marks: Sequence[Mark], weights: Sequence[float], model: RiskModel, diction: float
) -> _OfType:
    by_stage: defaultdict[Stage, float] = defaultdict(float)
    sums = _stage_sums(by_stage, model)
    contributions = []
    for mark, weight in zip(marks, weights, strict=True):
        before = sums.total
        if mark.phrase.type in {None, kind}:
            by_stage[mark.phrase.stage] += weight
            sums = _stage_sums(by_stage, model)
        contributions.append(sums.total - before)
    return _OfType(kind, tuple(contributions), sums, _worded(diction, sums, model))


def _stage_sums(by_stage: Mapping[Stage, float], model: RiskModel) -> StageSums:
    stages = tuple(
        (stage, _saturated(by_stage.get(stage, 0.0), limit)) for stage, limit in model.stage_limits.items()
    )
    protection = _saturated(by_stage.get(Stage.PROTECTIVE, 0.0), model.protection_limit)
    return StageSums(stages, _combined(_present(value for _, value in stages), model), protection)


def _worded(diction: float, sums: StageSums, model: RiskModel) -> float:
    """Return what the wording of the whole call adds: for fraud only as far as some stage is present.

    It says nothing about what is wrong; where no phrase does, it must not alert. Against fraud it may take
    away as much as protective phrases may: however friendly the talk, a whole script outweighs it.
    """
    least, most = model.diction_limits
    if diction <= 0:
        return max(least, diction)
    return min(most, diction) * min(1.0, _present(value for _, value in sums.stages))


def _present(values: Iterable[float]) -> float:
    """Return how many stages are present, each in proportion."""
    return sum(min(1.0, value / FULLY_PRESENT) for value in values)


def _combined(present: float, model: RiskModel) -> float:
    """Return the bonus for so many stages, between whole numbers in proportion."""
    bonuses = (0.0, 0.0, *model.combination)
    whole = min(int(present), len(bonuses) - 2)
    return bonuses[whole] + (present - whole) * (bonuses[whole + 1] - bonuses[whole])


def _saturated(total: float, limit: float) -> float:
    return limit * (1 - exp(-total / limit))


def _level(shifted: float) -> RiskLevel:
    return next((level for least, level in LEVELS if shifted >= least), RiskLevel.NONE)
