"""What trials add up to: rates, times to the alert, and alerts in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from screening.evaluation.trial import Trial


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some calls raised an alert."""

    dialogues: int
    alerted: int

    @property
    def rate(self) -> float | None:
        """Recall of frauds, false-alarm rate of benign calls (0 to 1); None of no calls."""
        return round(self.alerted / self.dialogues, 4) if self.dialogues else None

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {"dialogues": self.dialogues, "alerted": self.alerted, "rate": self.rate}


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one file."""

    share: Share
    seconds_p50: float | None
    """Median time from the first word of a call to its alert, s; None without alerts."""
    seconds_p90: float | None
    """90th percentile of the same: nine in ten alerts came by then."""
    before_first_ask: float | None
    """Share of the alerted frauds whose alert came before or within the first turn that asks for something.

    Frauds in which nobody asks for anything are left out; None where no others are."""
    by_type: Mapping[str, Share]
    """Of the calls whose file names a type, sorted by it."""

    def plain(self) -> dict[str, Any]:
        """Return them as JSON has them."""
        return {
            **self.share.plain(),
            "seconds_p50": self.seconds_p50,
            "seconds_p90": self.seconds_p90,
            "before_first_ask": self.before_first_ask,
            "by_type": {kind: share.plain() for kind, share in self.by_type.items()},
        }


def figures_of(trials: Sequence[Trial]) -> Figures:
    """Add trials up."""
    seconds = sorted(trial.alert.at_ms / 1000 for trial in trials if trial.alert)
    return Figures(
        share=_share(trials),
        seconds_p50=round(median(seconds), 1) if seconds else None,
        seconds_p90=_ninth_tenth(seconds),
        before_first_ask=_in_time(trials),
        by_type=_by_type(trials),
    )


def _share(trials: Sequence[Trial]) -> Share:
    return Share(len(trials), sum(trial.alert is not None for trial in trials))


def _ninth_tenth(seconds: Sequence[float]) -> float | None:
    # By nearest rank: a time that a call really had.
    return round(seconds[-(-9 * len(seconds) // 10) - 1], 1) if seconds else None


def _in_time(trials: Sequence[Trial]) -> float | None:
    told = [trial.in_time for trial in trials if trial.in_time is not None]
    return round(sum(told) / len(told), 4) if told else None


def _by_type(trials: Sequence[Trial]) -> dict[str, Share]:
    groups: defaultdict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        if trial.type:
            groups[trial.type].append(trial)
    return {kind: _share(group) for kind, group in sorted(groups.items())}
