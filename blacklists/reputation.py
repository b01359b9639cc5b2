"""What reports say about a number: counts that fade, a careful score, and when it is published."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ACTIVITY_HALF_LIFE = timedelta(days=14)
"""A report says that the number is in use for fraud now; that fades fast."""
CLASSIFICATION_HALF_LIFE = timedelta(days=125)
"""A report says what the number is; that fades slowly, as numbers get new subscribers."""
FORGOTTEN_AFTER = 5 * CLASSIFICATION_HALF_LIFE
"""Older reports weigh less than a thirtieth and are not read any more."""
REPORTS_TO_PUBLISH = 4
"""So many reporters must have been believed."""
LEAST_ACTIVITY = 0.5
"""One report of 14 days ago, or four of 42 days ago: below that a number is quiet and published no more."""
BLOCKS = ((1, 4), (2, 8))
"""How many last digits the numbers of a block differ in, and how many bad members publish it."""
_Z = 1.959964
"""The normal quantile of a 95 % interval."""


class ReportSource(StrEnum):
    """Who spoke; sources stay apart and are combined when read."""

    RESIDENT = "resident"
    """An enrolled resident who had been called by the number, and told staff."""
    OPERATOR = "operator"
    UPSTREAM = "upstream"
    """Another service, passed on by an operator."""
    PUBLIC = "public"
    """Anybody, whatever number they give; waits for a review and publishes nothing."""
    REVIEW = "review"
    """A reviewer who published the number; weighs as much as all who were needed."""

    @property
    def weight(self) -> int:
        """How many reporters one of this source stands for."""
        return REPORTS_TO_PUBLISH if self is ReportSource.REVIEW else 1


@dataclass(frozen=True, slots=True)
class Report:
    """One reporter's word on one number."""

    reporter: str
    """The same reporter counts once, with the newest word."""
    source: ReportSource
    bad: bool
    """False: the number is legitimate."""
    verified: bool
    """Whether it counts for the score and for publication."""
    at: datetime


@dataclass(frozen=True, slots=True)
class SourceCount:
    """Reporters of one source, faded or not."""

    bad: int = 0
    good: int = 0


@dataclass(frozen=True, slots=True)
class Reputation:
    """What all reports on one number say together at one moment."""

    bad: float = 0.0
    """Verified bad reports, faded by the classification's half-life."""
    total: float = 0.0
    """Verified reports of both kinds, faded alike."""
    activity: float = 0.0
    """Verified bad reports, faded by the activity's half-life."""
    reporters: int = 0
    """Who reported it as bad and was believed."""
    weight: int = 0
    """Their weights, not faded."""

    @property
    def score(self) -> float:
        """Wilson's lower bound of bad over all, 0 to 1."""
        return wilson_lower_bound(self.bad, self.total)

    @property
    def is_bad(self) -> bool:
        """Reported of late, and more often bad than legitimate: a bad member of its block."""
        return self.activity >= LEAST_ACTIVITY and 2 * self.bad > self.total

    @property
    def is_published(self) -> bool:
        """Bad, and enough reporters say so, or a reviewer does."""
        return self.is_bad and self.weight >= REPORTS_TO_PUBLISH


def wilson_lower_bound(bad: float, total: float) -> float:
    """Return the least share that `bad` of `total` shows with 95 % confidence; 0 where there is nothing.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    if total <= 0 or bad <= 0:
        return 0.0
    share, z2 = bad / total, _Z * _Z
    # Multiplied out by the total, so that counts faded to almost nothing divide by nothing tiny.
    spread = _Z * math.sqrt(share * max(total - bad, 0.0) + z2 / 4)
    # Rounding must not lift it above the plain share, nor below nothing.
    return min(max((bad + z2 / 2 - spread) / (total + z2), 0.0), share)


def reputation_of(reports: Iterable[Report], now: datetime) -> Reputation:
    """Add up the verified reports on one number, in whatever order they come."""
    verified = [report for report in _newest_words(reports) if report.verified]
    bad = [report for report in verified if report.bad]
    return Reputation(
        bad=_faded(bad, now, CLASSIFICATION_HALF_LIFE),
        total=_faded(verified, now, CLASSIFICATION_HALF_LIFE),
        activity=_faded(bad, now, ACTIVITY_HALF_LIFE),
        reporters=len(bad),
        weight=sum(report.source.weight for report in bad),
    )


def counts_by_source(reports: Iterable[Report]) -> Mapping[ReportSource, SourceCount]:
    """Count reporters of each source, verified or not; sources without a report are left out."""
    counts: dict[ReportSource, SourceCount] = {}
    for report in _newest_words(reports):
        before = counts.get(report.source, SourceCount())
        counts[report.source] = SourceCount(before.bad + report.bad, before.good + (not report.bad))
    return counts


def blocks_of(number: str) -> tuple[str, ...]:
    """Return the leading digits of the blocks of ten and of a hundred an E.164 number stands in.

    Short codes and service numbers stand in none: their neighbours belong to others.
    """
    return tuple(number[:-digits] for digits, _ in BLOCKS) if number.startswith("+") else ()


def published_block(members: Iterable[Reputation], digits: int) -> Reputation | None:
    """Return what the members of a block say together; None unless enough of them are bad.

    `digits` is how many last digits its numbers differ in; each member is the reputation of one number.
    """
    told = tuple(members)
    if sum(member.is_bad for member in told) < dict(BLOCKS)[digits]:
        return None
    return Reputation(
        bad=math.fsum(member.bad for member in told),
        total=math.fsum(member.total for member in told),
        activity=math.fsum(member.activity for member in told),
        reporters=sum(member.reporters for member in told),
        weight=sum(member.weight for member in told),
    )


def _newest_words(reports: Iterable[Report]) -> Iterable[Report]:
    newest: dict[str, Report] = {}
    for report in reports:
        before = newest.get(report.reporter)
        if before is None or _rank(report) > _rank(before):
            newest[report.reporter] = report
    return newest.values()


def _rank(report: Report) -> tuple[object, ...]:
    # Two words of one instant: their order must not matter, so the graver one counts.
    return (report.at, report.verified, report.bad, report.source.value)


def _faded(reports: Iterable[Report], now: datetime, half_life: timedelta) -> float:
    # fsum is exact, so the sum does not depend on the order.
    return math.fsum(
        report.source.weight * 0.5 ** (max(now - report.at, timedelta()) / half_life) for report in reports
    )
