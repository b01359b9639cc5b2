"""A key that was pressed counts, also where its report comes after the lease (the api was away)."""

from __future__ import annotations

import pytest

from casework.attempt import AttemptState
from casework.visit_order import VisitReason
from casework.warning import Phase, ResidentWarning
from contracts.node_api import LeasedAttempt
from contracts.outcome import Outcome
from contracts.taxonomy import RiskLevel
from tests.unit.casework.conftest import MemoryDuty

pytestmark = pytest.mark.unit

KEYS = [Outcome.ACKNOWLEDGED, Outcome.WANTS_OFFICER, Outcome.PAID]
HANDED_OVER = [(Outcome.WANTS_OFFICER, VisitReason.WANTS_OFFICER), (Outcome.PAID, VisitReason.PAID)]


@pytest.fixture
def lost(duty: MemoryDuty) -> LeasedAttempt:
    """An attempt whose lease has run out; another one is planned in its place."""
    duty.a_screened_call_was_alerted()
    (attempt,) = duty.poll()
    duty.later(seconds=120)
    return attempt


def the_warning(duty: MemoryDuty) -> ResidentWarning:
    (warning,) = duty.rows.warnings.values()
    return warning


@pytest.mark.parametrize("outcome", KEYS)
def test_a_key_pressed_in_a_lost_attempt_is_stored(
    duty: MemoryDuty, lost: LeasedAttempt, outcome: Outcome
) -> None:
    duty.reports(lost, outcome)
    attempt = duty.rows.attempts[lost.attempt_id]
    assert (attempt.state, attempt.outcome) == (AttemptState.ENDED, outcome)


@pytest.mark.parametrize("outcome", KEYS)
def test_after_a_late_key_nobody_is_dialled_again(
    duty: MemoryDuty, lost: LeasedAttempt, outcome: Outcome
) -> None:
    duty.reports(lost, outcome)
    duty.later(minutes=3)
    assert duty.poll() == ()


def test_a_late_acknowledgement_ends_the_warning(duty: MemoryDuty, lost: LeasedAttempt) -> None:
    duty.reports(lost, Outcome.ACKNOWLEDGED)
    duty.later(minutes=11)
    assert the_warning(duty).phase is Phase.SUCCEEDED
    assert not duty.rows.visit_orders


def test_the_attempt_planned_in_its_place_is_withdrawn(duty: MemoryDuty, lost: LeasedAttempt) -> None:
    duty.reports(lost, Outcome.ACKNOWLEDGED)
    states = [attempt.state for attempt in duty.rows.attempts.values()]
    assert states == [AttemptState.ENDED, AttemptState.WITHDRAWN]


@pytest.mark.parametrize(("outcome", "reason"), HANDED_OVER)
def test_a_late_key_two_or_three_orders_the_visit(
    duty: MemoryDuty, lost: LeasedAttempt, outcome: Outcome, reason: VisitReason
) -> None:
    duty.reports(lost, outcome)
    assert [order.reason for order in duty.rows.visit_orders.values()] == [reason]


@pytest.mark.parametrize(("outcome", "reason"), HANDED_OVER)
def test_a_late_key_two_or_three_orders_the_visit_after_success_too(
    duty: MemoryDuty, lost: LeasedAttempt, outcome: Outcome, reason: VisitReason
) -> None:
    duty.reports(duty.poll()[0], Outcome.ACKNOWLEDGED)
    duty.reports(lost, outcome)
    assert [order.reason for order in duty.rows.visit_orders.values()] == [reason]
    assert the_warning(duty).phase is Phase.SUCCEEDED


def test_a_late_key_three_makes_the_case_high(duty: MemoryDuty, lost: LeasedAttempt) -> None:
    duty.reports(lost, Outcome.PAID)
    (case,) = duty.rows.cases.values()
    assert case.level is RiskLevel.HIGH


@pytest.mark.parametrize("outcome", KEYS)
def test_a_late_key_lets_a_running_call_come_to_its_end(
    duty: MemoryDuty, lost: LeasedAttempt, outcome: Outcome
) -> None:
    (running,) = duty.poll()
    duty.reports(lost, outcome)
    assert the_warning(duty).phase is Phase.DIALLING
    duty.reports(running, Outcome.ACKNOWLEDGED)
    assert duty.rows.attempts[running.attempt_id].outcome is Outcome.ACKNOWLEDGED


@pytest.mark.parametrize(("outcome", "reason"), HANDED_OVER)
def test_a_late_key_two_or_three_orders_the_visit_while_a_call_is_running(
    duty: MemoryDuty, lost: LeasedAttempt, outcome: Outcome, reason: VisitReason
) -> None:
    duty.poll()
    duty.reports(lost, outcome)
    assert [order.reason for order in duty.rows.visit_orders.values()] == [reason]


def test_a_late_acknowledgement_ends_a_warning_that_was_exhausted(
    duty: MemoryDuty, lost: LeasedAttempt
) -> None:
    for minutes in (2, 5, 0):
        duty.reports(duty.poll()[0], Outcome.NO_ANSWER)
        duty.later(minutes=minutes)
    assert the_warning(duty).phase is Phase.EXHAUSTED
    duty.reports(lost, Outcome.ACKNOWLEDGED)
    assert the_warning(duty).phase is Phase.SUCCEEDED


def test_a_late_key_counts_once(duty: MemoryDuty, lost: LeasedAttempt) -> None:
    duty.reports(lost, Outcome.ACKNOWLEDGED)
    duty.reports(lost, Outcome.PAID)
    assert duty.ignored == ["not_the_holder"]


def test_a_late_key_from_another_node_or_fence_is_ignored(duty: MemoryDuty, lost: LeasedAttempt) -> None:
    duty.reports(lost, Outcome.ACKNOWLEDGED, node="node-2")
    duty.reports(lost.model_copy(update={"fence": lost.fence + 1}), Outcome.ACKNOWLEDGED)
    assert duty.ignored == ["not_the_holder", "not_the_holder"]
