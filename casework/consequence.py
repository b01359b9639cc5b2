"""What a warning's move means for the rows around it: attempts, case, visit order, outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from casework.attempt import Attempt, AttemptState, attempt_id
from casework.case import Case, CaseStage, StageEntry
from casework.escalation import (
    Advanced,
    InterruptAttempt,
    OpenCase,
    OrderVisit,
    PlanAttempt,
    ReleaseAttempt,
    WarningEvent,
    WithdrawAttempt,
    advance,
)
from casework.ports import UnitOfWork
from casework.visit_order import VisitOrder
from casework.warning import Phase, ResidentWarning
from contracts.outcome import Channel, Outcome

SERVICE = "changmao"
"""The actor of what happens by itself."""


def move(uow: UnitOfWork, warning: ResidentWarning, event: WarningEvent) -> Advanced:
    """Advance a stored warning and store all that follows from it."""
    advanced = advance(warning, event, uow.now())
    return carry_out(uow, advanced)


def carry_out(uow: UnitOfWork, advanced: Advanced) -> Advanced:
    """Store a warning's new state and all that follows from it; the warning's row exists."""
    warning, actions = advanced
    for action in actions:
        match action:
            case PlanAttempt():
                _plan_attempt(uow, warning, action.n)
            case ReleaseAttempt():
                refs = _refs(warning, attempt_id=attempt_id(warning.id, action.n))
                uow.outbox.append("attempt_released", refs)
            case WithdrawAttempt():
                _withdraw_attempt(uow, warning, action.n)
            case InterruptAttempt():
                _interrupt_attempt(uow, warning, action.n)
            case OpenCase():
                warning = _open_case(uow, warning)
            case OrderVisit():
                _order_visit(uow, warning, action)
    uow.warnings.save(warning)
    _follow_with_case(uow, warning)
    return warning, actions


def open_case(uow: UnitOfWork, case: Case) -> None:
    """Store a new case in its first stage."""
    uow.cases.add(case)
    uow.cases.enter_stage(StageEntry(case.id, case.stage, case.opened_at, SERVICE))
    uow.outbox.append("case_opened", {"case_id": case.id, "resident_id": case.resident_id})


def _plan_attempt(uow: UnitOfWork, warning: ResidentWarning, n: int) -> None:
    attempt = Attempt(
        id=attempt_id(warning.id, n),
        warning_id=warning.id,
        n=n,
        channel=Channel.VOICE,
        state=AttemptState.PLANNED,
        planned_at=uow.now(),
    )
    uow.attempts.add(attempt)
    uow.outbox.append("attempt_planned", _refs(warning, attempt_id=attempt.id))


def _withdraw_attempt(uow: UnitOfWork, warning: ResidentWarning, n: int) -> None:
    attempt = uow.attempts.get(attempt_id(warning.id, n))
    if attempt is None:
        return
    uow.attempts.save(replace(attempt, state=AttemptState.WITHDRAWN))
    uow.outbox.append("attempt_withdrawn", _refs(warning, attempt_id=attempt.id))


def _interrupt_attempt(uow: UnitOfWork, warning: ResidentWarning, n: int) -> None:
    attempt = uow.attempts.get(attempt_id(warning.id, n))
    if attempt is None:
        return
    uow.attempts.save(
        replace(attempt, state=AttemptState.INTERRUPTED, outcome=Outcome.INTERRUPTED, ended_at=uow.now())
    )
    uow.outbox.append("attempt_interrupted", _refs(warning, attempt_id=attempt.id))


def _open_case(uow: UnitOfWork, warning: ResidentWarning) -> ResidentWarning:
    case = uow.cases.open_of(warning.resident_id)
    if case is None:
        case = Case(
            # A case that a warning opens bears the warning's id: opening it twice is impossible.
            id=warning.id,
            resident_id=warning.resident_id,
            stage=CaseStage.RECEIVED,
            scam_type=warning.scam_type,
            level=warning.level,
            opened_at=uow.now(),
            deadline_at=None,
        )
        open_case(uow, case)
    for alert in uow.alerts.of_warning(warning.id):
        uow.alerts.save(replace(alert, case_id=case.id))
    return replace(warning, case_id=case.id)


def _order_visit(uow: UnitOfWork, warning: ResidentWarning, order: OrderVisit) -> None:
    # One visit meets the resident for every warning of the case; an order that waits keeps its own deadline.
    if warning.case_id is None or uow.visit_orders.unmet_of(warning.case_id):
        return
    uow.visit_orders.add(
        VisitOrder(
            id=f"visit-{warning.id}",
            warning_id=warning.id,
            case_id=warning.case_id,
            reason=order.reason,
            ordered_at=uow.now(),
            deadline_at=order.deadline_at,
        )
    )
    uow.outbox.append("visit_ordered", _refs(warning, reason=order.reason.value))


def _follow_with_case(uow: UnitOfWork, warning: ResidentWarning) -> None:
    case = uow.cases.get(warning.case_id) if warning.case_id else None
    if case is None or case.closed_at:
        return
    # A warning that is over and no worse says nothing new about what the case is.
    leads = warning.level > case.level or (warning.is_live and warning.level == case.level)
    changed = replace(
        case,
        deadline_at=_deadline(uow, warning, case),
        level=max(case.level, warning.level),
        scam_type=warning.scam_type if leads else case.scam_type,
    )
    if changed != case:
        uow.cases.save(changed)
        uow.outbox.append("case_changed", {"case_id": case.id})


def _deadline(uow: UnitOfWork, warning: ResidentWarning, case: Case) -> datetime:
    visit = uow.visit_orders.unmet_of(case.id)
    if visit:
        return visit.deadline_at
    if warning.phase is not Phase.SUCCEEDED and warning.deadline_at:
        return warning.deadline_at
    return uow.now() + warning.plan.feedback_within


def _refs(warning: ResidentWarning, **more: str) -> dict[str, str]:
    case = {"case_id": warning.case_id} if warning.case_id else {}
    return {"warning_id": warning.id, "resident_id": warning.resident_id} | case | more
