"""Where to draw the line: as many frauds as can be told while hardly any ordinary call is taken for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from math import floor, inf

from screening.fitting.heard_call import HeardCall
from screening.fitting.risk_table import Floats

_STEP = 0.01
"""To two decimals, as it is written down."""
_HIGHEST = -1.0
"""However easy the sample, a call nobody knows anything about is hardly ever fraud."""


def prior_for(calls: Sequence[HeardCall], risks: Floats, allowed: Callable[[str], float]) -> float:
    """Return the highest prior (log-odds) at which no file has more false alarms than its `allowed` share.

    Where the share is above 0, one call of each file may alert, however small the file is. `risks` are
    without prior, one for each call.
    """
    ordinary: defaultdict[str, list[float]] = defaultdict(list)
    for call, risk in zip(calls, risks, strict=True):
        if not call.is_fraud:
            ordinary[call.file].append(float(risk))
    limits = (-_first_spared(found, allowed(file)) for file, found in ordinary.items())
    highest = min([_HIGHEST, *limits])
    # An alert is raised at zero: the riskiest call that is to be spared must stay below it.
    return round((floor(highest / _STEP + 1e-6) - 1) * _STEP, 2)


def _first_spared(risks: Sequence[float], most_false_alarms: float) -> float:
    allowed = floor(most_false_alarms * len(risks))
    if most_false_alarms > 0:
        # A single call of a small file must not draw the line for all: none in thirty is far stricter
        # than three in a thousand.
        allowed = max(1, allowed)
    return sorted(risks, reverse=True)[allowed] if allowed < len(risks) else -inf
