"""How well numbers fitted on some calls tell others, that they were not fitted on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from screening.fitting.fitted_risk import RiskNumbers
from screening.fitting.heard_call import HeardCall
from screening.fitting.learning import area_under_curve, splits
from screening.fitting.risk_table import Floats
from screening.phrase import Phrase

Fit = Callable[[Sequence[HeardCall]], RiskNumbers]


@dataclass(frozen=True, slots=True)
class Count:
    """Alerts among the calls of one label in one file and fold."""

    fold: int | None
    """None where it is the sum over all."""
    file: str
    is_fraud: bool
    calls: int
    before: int
    """Calls alerted with the editor's numbers."""
    after: int
    """Calls alerted with numbers fitted on other folds."""


@dataclass(frozen=True, slots=True)
class JudgedFold:
    """One fold, judged by what was fitted on the others."""

    fold: int
    counts: tuple[Count, ...]
    area_before: float | None
    """Under the curve of recall against false alarms, 0 to 1; None where one of the labels is missing."""
    area_after: float | None


def cross_validated(
    calls: Sequence[HeardCall], phrases: Sequence[Phrase], editors: RiskNumbers, fit: Fit, folds: int
) -> Iterator[JudgedFold]:
    """Judge each fold that has calls. Raises FittingUnavailableError."""
    numbers = [call.fold(folds) for call in calls]
    for others, own in splits(numbers):
        fitted = fit([calls[at] for at in others])
        yield judge(numbers[own[0]], [calls[at] for at in own], phrases, editors, fitted)


def judge(
    fold: int,
    calls: Sequence[HeardCall],
    phrases: Sequence[Phrase],
    editors: RiskNumbers,
    fitted: RiskNumbers,
) -> JudgedFold:
    """Judge calls by the editor's numbers and by fitted ones."""
    before, after = editors.risks(calls, phrases), fitted.risks(calls, phrases)
    return JudgedFold(
        fold, tuple(_counts(fold, calls, before, after)), _area(calls, before), _area(calls, after)
    )


def _counts(fold: int, calls: Sequence[HeardCall], before: Floats, after: Floats) -> Iterator[Count]:
    groups = [(call.file, call.is_fraud) for call in calls]
    alerted = [
        Counter(group for group, risk in zip(groups, risks, strict=True) if risk >= 0)
        for risks in (before, after)
    ]
    for group, size in sorted(Counter(groups).items()):
        yield Count(fold, *group, size, alerted[0][group], alerted[1][group])


def _area(calls: Sequence[HeardCall], risks: Floats) -> float | None:
    are_fraud = [call.is_fraud for call in calls]
    return area_under_curve(are_fraud, risks) if len(set(are_fraud)) == 2 else None
