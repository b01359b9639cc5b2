"""Lines of the lists of cases and calls: numbers masked, what decides in words."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from api.masking import masked
from casework.case import CaseStage
from contracts.taxonomy import RiskLevel, ScamType
from store.views import CallPage, CallSummary, CasePage, CaseSummary


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True)


class CaseItem(_Line):
    """One case in a list."""

    id: str
    level: str
    """none, low, medium, high."""
    scam_type: ScamType
    scam_label: str
    resident_id: str
    resident_name: str
    resident_number: str
    """Masked."""
    district: str
    high_risk: bool
    stage: CaseStage
    opened_at: datetime
    deadline_at: datetime | None
    closed_at: datetime | None
    warning_phase: str | None
    last_outcome: str | None
    visit_ordered: bool

    @classmethod
    def of(cls, summary: CaseSummary) -> CaseItem:
        """Return the line of a case."""
        case, resident = summary.case, summary.resident
        return cls(
            id=case.id,
            level=case.level.word,
            scam_type=case.scam_type,
            scam_label=case.scam_type.label,
            resident_id=resident.id,
            resident_name=resident.name,
            resident_number=masked(resident.number.value),
            district=resident.district,
            high_risk=resident.high_risk,
            stage=case.stage,
            opened_at=case.opened_at,
            deadline_at=case.deadline_at,
            closed_at=case.closed_at,
            warning_phase=summary.warning_phase,
            last_outcome=summary.last_outcome,
            visit_ordered=summary.visit_ordered,
        )


class CaseList(_Line):
    """A page of cases, newest first."""

    items: tuple[CaseItem, ...]
    next_cursor: str | None
    """Give it as `after` to read on; null: there are no more."""

    @classmethod
    def of(cls, page: CasePage) -> CaseList:
        """Return the lines of a page."""
        return cls(items=tuple(CaseItem.of(item) for item in page.items), next_cursor=page.next_cursor)


class CallItem(_Line):
    """One call in a list."""

    id: str
    node: str
    caller: str
    """Masked; a dash where anonymous or unusable."""
    called: str
    """Masked."""
    resident_id: str | None
    resident_name: str | None
    """None: the called number was not enrolled, or is no more."""
    action: str | None
    """The verdict: pass, indicate, monitor, divert, reject; null: delivered without a judgement."""
    degraded: bool
    level: str
    scam_type: ScamType | None
    case_id: str | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    cause: str | None

    @classmethod
    def of(cls, summary: CallSummary) -> CallItem:
        """Return the line of a call."""
        call = summary.call
        return cls(
            id=call.id,
            node=call.node,
            caller=masked(call.caller),
            called=masked(call.called),
            resident_id=call.resident_id,
            resident_name=summary.resident_name,
            action=call.verdict.action.value if call.verdict else None,
            degraded=call.degraded,
            level=RiskLevel(summary.level).word,
            scam_type=summary.scam_type,
            case_id=summary.case_id,
            started_at=call.started_at,
            answered_at=call.answered_at,
            ended_at=call.ended_at,
            cause=call.cause,
        )


class CallList(_Line):
    """A page of calls, newest first."""

    items: tuple[CallItem, ...]
    next_cursor: str | None
    """Give it as `after` to read on; null: there are no more."""

    @classmethod
    def of(cls, page: CallPage) -> CallList:
        """Return the lines of a page."""
        return cls(items=tuple(CallItem.of(item) for item in page.items), next_cursor=page.next_cursor)
