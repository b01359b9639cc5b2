"""Recall against false alarms, had the threshold been another one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from screening.evaluation.dialogue import BENIGN, FRAUD
from screening.evaluation.trial import Trial


@dataclass(frozen=True, slots=True)
class Point:
    """What one threshold would have given."""

    threshold: float
    """Log-odds; a call counts whose highest risk reaches it."""
    recall: float
    false_alarms: float
    """Share of the benign calls."""


def sweep(trials: Sequence[Trial]) -> tuple[Point, ...]:
    """Return a point for each risk that calls reached, strictest first.

    The trials were played to the end; there is at least one of a fraud and one of a benign call.
    """
    frauds, benign = _risks(trials, FRAUD), _risks(trials, BENIGN)
    thresholds = sorted({*frauds, *benign} - {-inf}, reverse=True)
    return tuple(Point(least, _reaching(frauds, least), _reaching(benign, least)) for least in thresholds)


def _risks(trials: Sequence[Trial], label: str) -> list[float]:
    return sorted(-inf if trial.risk is None else trial.risk for trial in trials if trial.label == label)


def _reaching(risks: Sequence[float], least: float) -> float:
    return 1 - bisect_left(risks, least) / len(risks)
