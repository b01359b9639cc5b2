"""How much each call counts while fitting."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from screening.fitting.risk_table import Floats


class Labelled(Protocol):
    """A call whose label is known."""

    @property
    def file(self) -> str:
        """What it is counted with."""
        ...

    @property
    def is_fraud(self) -> bool:
        """Its label."""
        ...


def importance_of(calls: Sequence[Labelled], factors: Mapping[str, float]) -> Floats:
    """Return the importance of each call, 1 on average.

    Fraud and ordinary calls count alike in sum. Within each, a file counts by the root of its number of
    calls, times its factor (1 where none is given): the third hundred of a kind teaches less than the first
    ten, and a small file of calls that are hard to tell must not drown in thousands that are easy.
    """
    sizes = Counter((call.is_fraud, call.file) for call in calls)
    shares = {group: factors.get(group[1], 1.0) * np.sqrt(size) for group, size in sizes.items()}
    totals: defaultdict[bool, float] = defaultdict(float)
    for (is_fraud, _), share in shares.items():
        totals[is_fraud] += share
    each = {
        group: share / totals[group[0]] / sizes[group] * len(calls) / len(totals)
        for group, share in shares.items()
    }
    return np.array([each[call.is_fraud, call.file] for call in calls], dtype=np.float64)
