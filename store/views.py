"""What people and programs read of a case, a call and a warning; values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casework.alert import Alert
from casework.attempt import Attempt
from casework.call import Call, CallNote
from casework.case import Case, StageEntry
from casework.resident import Resident
from casework.visit_order import VisitOrder
from casework.warning import ResidentWarning
from contracts.evidence import Evidence, Line
from contracts.taxonomy import RiskLevel, ScamType


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One line of the list of cases."""

    case: Case
    resident: Resident
    warning_phase: str | None
    """Phase of the newest warning."""
    last_outcome: str | None
    """Outcome of the newest ended attempt."""
    visit_ordered: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """Cases, newest first."""

    items: tuple[CaseSummary, ...]
    next_cursor: str | None
    """Give it as `after` to read on; None: there are no more."""


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert with all that speaks for it."""

    alert: Alert
    evidence: tuple[Evidence, ...]
    transcript: tuple[Line, ...]
    """In the order spoken."""


@dataclass(frozen=True, slots=True)
class WarningView:
    """A warning with its ledger."""

    warning: ResidentWarning
    attempts: tuple[Attempt, ...]
    """By number."""
    visit_order: VisitOrder | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline."""

    at: datetime
    kind: str
    """For example call_started, alert_raised, attempt_ended, visit_ordered."""
    detail: str
    """A stable word: a cause, a level, an outcome, a stage; never what was said."""
    ref: str
    """Id of the call, alert, attempt, warning or order it happened to."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything about one case."""

    case: Case
    resident: Resident
    alerts: tuple[AlertView, ...]
    warnings: tuple[WarningView, ...]
    """Newest last."""
    calls: tuple[Call, ...]
    stages: tuple[StageEntry, ...]
    timeline: tuple[Moment, ...]
    next_deadline_at: datetime | None
    """The case's deadline, while it is open."""


@dataclass(frozen=True, slots=True)
class CallSummary:
    """One line of the list of calls."""

    call: Call
    level: RiskLevel
    """NONE where no alert was raised."""
    scam_type: ScamType | None
    case_id: str | None
    resident_name: str | None
    """None: the called number was not enrolled, or is no more."""


@dataclass(frozen=True, slots=True)
class CallPage:
    """Calls, newest first."""

    items: tuple[CallSummary, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class CallView:
    """Everything about one call."""

    call: Call
    notes: tuple[CallNote, ...]
    alerts: tuple[AlertView, ...]
    case_id: str | None
    resident_name: str | None
    """None: the called number was not enrolled, or is no more."""
    timeline: tuple[Moment, ...]
