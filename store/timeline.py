"""The timeline of a case or a call, put together from the rows that hold the times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casework.attempt import Attempt
from casework.call import Call, CallNote
from casework.case import Case, StageEntry
from casework.warning import ResidentWarning
from store.views import AlertView, Moment, WarningView


def in_order(*parts: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return the moments of all parts, oldest first; those of one time stay in the order given."""
    return tuple(sorted((moment for part in parts for moment in part), key=lambda moment: moment.at))


def of_call(call: Call) -> Iterator[Moment]:
    """Return a call's own moments."""
    yield Moment(call.started_at, "call_started", call.verdict.action.value if call.verdict else "", call.id)
    if call.answered_at:
        yield Moment(call.answered_at, "call_answered", "", call.id)
    if call.ended_at:
        yield Moment(call.ended_at, "call_ended", call.cause or "", call.id)


def of_note(note: CallNote) -> Moment:
    """Return what happened to a call."""
    return Moment(note.at, "call_noted", note.kind.value, note.call_id)


def of_alert(view: AlertView) -> Iterator[Moment]:
    """Return when an alert was raised, by the node's clock."""
    yield Moment(view.alert.detected_at, "alert_raised", view.alert.level.word, view.alert.id)


def of_warning(view: WarningView) -> Iterator[Moment]:
    """Return a warning's moments: opened, each attempt, the visit order."""
    yield _opened(view.warning)
    for attempt in view.attempts:
        yield from _of_attempt(attempt)
    if view.visit_order:
        order = view.visit_order
        yield Moment(order.ordered_at, "visit_ordered", order.reason.value, order.id)
        if order.met_at:
            yield Moment(order.met_at, "visit_met", "", order.id)


def of_case(case: Case, stages: Iterable[StageEntry]) -> Iterator[Moment]:
    """Return a case's own moments: opened, each stage, closed."""
    yield Moment(case.opened_at, "case_opened", case.level.word, case.id)
    for entry in stages:
        yield Moment(entry.at, "stage_entered", entry.stage.value, case.id)
    if case.closed_at:
        yield Moment(case.closed_at, "case_closed", case.disposition or "", case.id)


def _opened(warning: ResidentWarning) -> Moment:
    return Moment(warning.opened_at, "warning_opened", warning.scam_type.value, warning.id)


def _of_attempt(attempt: Attempt) -> Iterator[Moment]:
    yield Moment(attempt.planned_at, "attempt_planned", attempt.channel.value, attempt.id)
    if attempt.leased_at:
        yield Moment(attempt.leased_at, "attempt_leased", attempt.node or "", attempt.id)
    if attempt.dialled_at:
        yield Moment(attempt.dialled_at, "attempt_dialled", "", attempt.id)
    if attempt.answered_at:
        yield Moment(attempt.answered_at, "attempt_answered", "", attempt.id)
    if attempt.ended_at:
        yield Moment(attempt.ended_at, "attempt_ended", str(attempt.outcome or ""), attempt.id)
