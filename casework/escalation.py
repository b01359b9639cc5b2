"""How a warning moves: one event in, the changed warning and what must be done out; no clock, no store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from casework.plan import Plan
from casework.visit_order import VisitReason
from casework.warning import Phase, ResidentWarning
from contracts.outcome import Outcome
from contracts.taxonomy import RiskLevel, ScamType

MOST_INTERRUPTIONS = 3
"""So many attempts in a row may be lost with their node and be repeated at once; one more has failed."""

_HANDED_OVER = {Outcome.WANTS_OFFICER: VisitReason.WANTS_OFFICER, Outcome.PAID: VisitReason.PAID}

# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alerted:
    """An alert opens the warning or joins it."""

    at: datetime
    """The anchor of its deadlines."""
    scam_type: ScamType
    level: RiskLevel
    plan: Plan
    call_id: str | None
    """The suspect call, while it is going on."""


@dataclass(frozen=True, slots=True)
class Rose:
    """An alert of this warning got worse."""

    at: datetime
    """When the alert was first raised."""
    scam_type: ScamType
    level: RiskLevel
    plan: Plan


@dataclass(frozen=True, slots=True)
class CallOver:
    """A suspect call has ended."""

    call_id: str


@dataclass(frozen=True, slots=True)
class Leased:
    """A node takes the planned attempt."""

    until: datetime


@dataclass(frozen=True, slots=True)
class AttemptOver:
    """A node reports how an attempt ended."""

    n: int
    fence: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class KeyPressedLate:
    """An attempt whose lease had run out ended with a key after all; no second call follows from that."""

    outcome: Outcome
    """ACKNOWLEDGED, WANTS_OFFICER or PAID."""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The due-work loop looks at the warning."""


WarningEvent = Alerted | Rose | CallOver | Leased | AttemptOver | KeyPressedLate | TimePassed

# --- actions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanAttempt:
    """Write the n-th attempt into the ledger."""

    n: int


@dataclass(frozen=True, slots=True)
class ReleaseAttempt:
    """The n-th attempt, planned before, has waited long enough: it may be leased again."""

    n: int


@dataclass(frozen=True, slots=True)
class WithdrawAttempt:
    """The n-th attempt was planned and is needed no longer."""

    n: int


@dataclass(frozen=True, slots=True)
class InterruptAttempt:
    """The n-th attempt's lease ran out: nobody knows how it ended."""

    n: int


@dataclass(frozen=True, slots=True)
class OpenCase:
    """The resident needs a case, or joins the open one."""


@dataclass(frozen=True, slots=True)
class OrderVisit:
    """Somebody has to meet the resident."""

    reason: VisitReason
    deadline_at: datetime


@dataclass(frozen=True, slots=True)
class Ignore:
    """The event comes too late or from a node that lost the lease; nothing changed."""


WarningAction = (
    PlanAttempt | ReleaseAttempt | WithdrawAttempt | InterruptAttempt | OpenCase | OrderVisit | Ignore
)
Advanced = tuple[ResidentWarning, tuple[WarningAction, ...]]

# --- moves --------------------------------------------------------------------------------------


def open_warning(
    warning_id: str, resident_id: str, case_id: str | None, alerted: Alerted, now: datetime
) -> Advanced:
    """Return the warning an alert makes, with its deadlines."""
    blank = ResidentWarning(
        id=warning_id,
        resident_id=resident_id,
        case_id=case_id,
        scam_type=alerted.scam_type,
        level=alerted.level,
        plan=alerted.plan,
        phase=Phase.WAITING_FOR_CALL_END,
        opened_at=alerted.at,
        deadline_at=None,
        meet_by=alerted.at + alerted.plan.meet_within,
    )
    return advance(blank, alerted, now)


def advance(warning: ResidentWarning, event: WarningEvent, now: datetime) -> Advanced:
    """Return the warning after an event at a time, and what must be done, in order.

    The plan the policy gave is part of the warning. An event that does not fit the phase changes nothing;
    where a node must learn of that, the action is `Ignore`.
    """
    move = _Move(warning, now)
    match event:
        case Alerted():
            move.join(event)
        case Rose():
            move.worsen(event.at, event.level, event.scam_type, event.plan)
        case CallOver():
            move.end_call(event.call_id)
        case Leased():
            move.lease(event.until)
        case AttemptOver():
            move.end_attempt(event)
        case KeyPressedLate():
            move.take_late_key(event.outcome)
        case TimePassed():
            move.wake()
    move.order_overdue_visit()
    return move.warning, tuple(move.actions)


class _Move:
    """One advance under way: the warning so far and the actions so far."""

    def __init__(self, warning: ResidentWarning, now: datetime) -> None:
        self.warning = warning
        self.now = now
        self.actions: list[WarningAction] = []

    def join(self, alerted: Alerted) -> None:
        was = self.warning
        self.worsen(alerted.at, alerted.level, alerted.scam_type, alerted.plan)
        if alerted.call_id and alerted.call_id not in was.live_calls:
            self.warning = replace(self.warning, live_calls=(*was.live_calls, alerted.call_id))
        if was.phase is Phase.EXHAUSTED:
            self.warning = replace(self.warning, redials_used=0, interruptions=0)
        if was.phase is Phase.DIALLING:
            return
        if self.warning.live_calls:
            self._wait_for_call_end()
        elif was.phase in {Phase.WAITING_FOR_CALL_END, Phase.EXHAUSTED}:
            self._plan_attempt()

    def worsen(self, at: datetime, level: RiskLevel, scam_type: ScamType, plan: Plan) -> None:
        was = self.warning
        deadlines = [was.deadline_at] if was.deadline_at else []
        if plan.visit_after is not None:
            deadlines.append(at + plan.visit_after)
        self.warning = replace(
            was,
            level=max(level, was.level),
            scam_type=scam_type if level >= was.level else was.scam_type,
            plan=plan if level > was.level else was.plan,
            deadline_at=min(deadlines, default=None),
            meet_by=min(was.meet_by, at + plan.meet_within),
        )
        if level >= RiskLevel.MEDIUM:
            self._open_case()
        if plan.visit_after == timedelta(0):
            self._order_visit(VisitReason.POLICY)

    def end_call(self, call_id: str) -> None:
        left = tuple(live for live in self.warning.live_calls if live != call_id)
        self.warning = replace(self.warning, live_calls=left)
        if self.warning.phase is Phase.WAITING_FOR_CALL_END and not left:
            self._plan_attempt()

    def lease(self, until: datetime) -> None:
        if self.warning.phase is not Phase.DUE:
            self.actions.append(Ignore())
            return
        fence = self.warning.fence + 1
        self.warning = replace(self.warning, phase=Phase.DIALLING, fence=fence, wake_at=until)

    def end_attempt(self, over: AttemptOver) -> None:
        was = self.warning
        if was.phase is not Phase.DIALLING or (over.n, over.fence) != (was.open_attempt, was.fence):
            self.actions.append(Ignore())
            return
        self.warning = replace(was, open_attempt=None, interruptions=0)
        if over.outcome.is_success:
            self._stop(Phase.SUCCEEDED)
        elif over.outcome in _HANDED_OVER:
            self._raise_if_paid(over.outcome)
            self._hand_over(_HANDED_OVER[over.outcome])
        else:
            self._redial()

    def take_late_key(self, outcome: Outcome) -> None:
        # A call that is running comes to its own end: nobody could take it back.
        running = self.warning.phase is Phase.DIALLING
        if outcome.is_success:
            if not running:
                self._stop(Phase.SUCCEEDED)
            return
        self._raise_if_paid(outcome)
        reason = _HANDED_OVER[outcome]
        if running or self.warning.phase is Phase.SUCCEEDED:
            self._order_visit(reason)
        else:
            self._hand_over(reason)

    def wake(self) -> None:
        was = self.warning
        if was.wake_at is None or was.wake_at > self.now:
            return
        if was.phase is Phase.DIALLING:
            self._interrupt()
        else:
            # Calls that outlast the limit are waited for no longer, after this attempt neither.
            self.warning = replace(was, live_calls=())
            self._plan_attempt()

    def order_overdue_visit(self) -> None:
        was = self.warning
        if was.phase is Phase.SUCCEEDED or was.deadline_at is None or was.deadline_at > self.now:
            return
        self._order_visit(VisitReason.NOT_REACHED)

    def _wait_for_call_end(self) -> None:
        limit = self.now + self.warning.plan.voice.wait_for_call_end
        if self.warning.phase is Phase.WAITING_FOR_CALL_END and self.warning.wake_at:
            limit = min(limit, self.warning.wake_at)
        self.warning = replace(self.warning, phase=Phase.WAITING_FOR_CALL_END, wake_at=limit)

    def _plan_attempt(self) -> None:
        was = self.warning
        if was.not_before and was.not_before > self.now:
            self.warning = replace(was, phase=Phase.WAITING, wake_at=was.not_before)
            return
        n = was.open_attempt or was.attempts + 1
        self.actions.append(PlanAttempt(n) if was.open_attempt is None else ReleaseAttempt(n))
        self.warning = replace(
            was, phase=Phase.DUE, wake_at=None, open_attempt=n, attempts=max(n, was.attempts)
        )

    def _interrupt(self) -> None:
        was = self.warning
        if was.open_attempt is not None:
            self.actions.append(InterruptAttempt(was.open_attempt))
        interruptions = was.interruptions + 1
        self.warning = replace(was, open_attempt=None, interruptions=interruptions, not_before=None)
        if interruptions > MOST_INTERRUPTIONS:
            self.warning = replace(self.warning, interruptions=0)
            self._redial()
        elif self.warning.live_calls:
            self._wait_for_call_end()
        else:
            self._plan_attempt()

    def _redial(self) -> None:
        was = self.warning
        if was.redials_used >= len(was.plan.voice.redials):
            self._stop(Phase.EXHAUSTED)
            self._open_case()
            return
        again_at = self.now + was.plan.voice.redials[was.redials_used]
        self.warning = replace(
            was, phase=Phase.WAITING, wake_at=again_at, not_before=again_at, redials_used=was.redials_used + 1
        )
        if was.live_calls:
            self._wait_for_call_end()

    def _raise_if_paid(self, outcome: Outcome) -> None:
        if outcome is Outcome.PAID:
            self.warning = replace(self.warning, level=RiskLevel.HIGH)

    def _hand_over(self, reason: VisitReason) -> None:
        self._stop(Phase.EXHAUSTED)
        self._order_visit(reason)

    def _stop(self, phase: Phase) -> None:
        if self.warning.open_attempt is not None:
            self.actions.append(WithdrawAttempt(self.warning.open_attempt))
        self.warning = replace(self.warning, phase=phase, wake_at=None, live_calls=(), open_attempt=None)

    def _order_visit(self, reason: VisitReason) -> None:
        was = self.warning
        if was.visit_ordered:
            return
        self._open_case()
        deadline = was.meet_by if was.meet_by > self.now else self.now + was.plan.meet_within
        self.actions.append(OrderVisit(reason, deadline))
        self.warning = replace(was, visit_ordered=True)

    def _open_case(self) -> None:
        if self.warning.case_id is None and OpenCase() not in self.actions:
            self.actions.append(OpenCase())
