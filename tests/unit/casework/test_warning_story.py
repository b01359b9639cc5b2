"""From the end of a suspect call to the resident's being warned or met, with the clock moved by hand."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from casework.attempt import Attempt, AttemptState
from casework.due import DueWorkError, step
from casework.ports import UnitOfWork
from casework.visit_order import VisitReason
from casework.warning import Phase, ResidentWarning
from contracts.outcome import Channel, Outcome
from contracts.taxonomy import RiskLevel
from tests.unit.casework.conftest import MemoryDuty

pytestmark = pytest.mark.unit

FAILURES = sorted(
    set(Outcome) - {Outcome.ACKNOWLEDGED, Outcome.WANTS_OFFICER, Outcome.PAID, Outcome.INTERRUPTED}
)


def the_warning(duty: MemoryDuty) -> ResidentWarning:
    (warning,) = duty.rows.warnings.values()
    return warning


def test_an_acknowledgement_ends_the_warning_and_orders_no_visit(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    (attempt,) = duty.poll()
    duty.dials(attempt)
    duty.reports(attempt, Outcome.ACKNOWLEDGED)
    duty.later(minutes=11)
    assert the_warning(duty).phase is Phase.SUCCEEDED
    assert not duty.rows.visit_orders
    assert duty.rows.attempts[attempt.attempt_id].digit == "1"


def test_after_an_acknowledgement_the_case_waits_for_its_feedback(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    (attempt,) = duty.poll()
    duty.reports(attempt, Outcome.ACKNOWLEDGED)
    (case,) = duty.rows.cases.values()
    assert case.deadline_at == duty.now() + timedelta(hours=24)


@pytest.mark.parametrize("outcome", FAILURES)
def test_answered_is_not_success_and_every_failure_is_redialled(duty: MemoryDuty, outcome: Outcome) -> None:
    duty.a_screened_call_was_alerted()
    (attempt,) = duty.poll()
    duty.reports(attempt, outcome)
    assert duty.poll() == ()
    duty.later(minutes=2)
    assert [again.attempt_id for again in duty.poll()] == [f"{attempt.warning_id}-2"]


def test_redials_come_after_two_and_then_five_minutes_and_no_more(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    for minutes in (2, 5):
        duty.reports(duty.poll()[0], Outcome.NO_ANSWER)
        assert duty.later(minutes=minutes, seconds=-1) == 0
        assert duty.later(seconds=1) == 1
    duty.reports(duty.poll()[0], Outcome.NO_ANSWER)
    duty.later(hours=1)
    assert duty.poll() == ()
    assert the_warning(duty).phase is Phase.EXHAUSTED


def test_the_deadline_passes_and_one_visit_is_ordered_for_half_an_hour_after_the_alert(
    duty: MemoryDuty,
) -> None:
    began = duty.now()
    duty.a_screened_call_was_alerted()
    for _ in range(4):
        duty.later(minutes=5)
    (order,) = duty.rows.visit_orders.values()
    assert order.reason is VisitReason.NOT_REACHED
    assert order.deadline_at == began + timedelta(minutes=30)


def test_redials_go_on_while_the_visit_is_under_way(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    (attempt,) = duty.poll()
    duty.forward(timedelta(minutes=1))
    duty.reports(attempt, Outcome.NO_ANSWER)
    duty.later(minutes=9)
    assert len(duty.rows.visit_orders) == 1
    assert len(duty.poll()) == 1


def test_no_visit_is_ordered_a_second_before_its_time(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    duty.later(minutes=9, seconds=59)
    assert not duty.rows.visit_orders


def test_key_two_orders_the_visit_at_once_and_stops_the_calls(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    duty.reports(duty.poll()[0], Outcome.WANTS_OFFICER)
    (order,) = duty.rows.visit_orders.values()
    duty.later(minutes=20)
    assert order.reason is VisitReason.WANTS_OFFICER
    assert duty.poll() == ()


def test_key_three_makes_the_case_high(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    duty.reports(duty.poll()[0], Outcome.PAID)
    (case,) = duty.rows.cases.values()
    assert case.level is RiskLevel.HIGH
    assert [order.reason for order in duty.rows.visit_orders.values()] == [VisitReason.PAID]


def test_a_low_warning_that_fails_opens_the_case(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted(RiskLevel.LOW)
    duty.reports(duty.poll()[0], Outcome.NO_ANSWER)
    (case,) = duty.rows.cases.values()
    assert duty.rows.alerts["alert-1"].case_id == case.id
    assert not duty.rows.visit_orders


def test_a_low_warning_that_succeeds_opens_none(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted(RiskLevel.LOW)
    duty.reports(duty.poll()[0], Outcome.ACKNOWLEDGED)
    assert not duty.rows.cases


def test_a_call_that_does_not_end_is_waited_for_three_minutes(duty: MemoryDuty) -> None:
    duty.call_starts()
    duty.alert_is_raised()
    duty.later(minutes=2, seconds=59)
    assert duty.poll() == ()
    duty.later(seconds=1)
    assert len(duty.poll()) == 1


def test_a_node_that_vanishes_leaves_an_interrupted_attempt_and_a_new_one(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    (lost,) = duty.poll()
    duty.later(seconds=120)
    (again,) = duty.poll(node="node-2")
    assert duty.rows.attempts[lost.attempt_id].state is AttemptState.INTERRUPTED
    assert again.attempt_id != lost.attempt_id
    assert again.fence > lost.fence


def test_a_lease_that_has_not_run_out_is_left_alone(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    duty.poll()
    assert duty.later(seconds=119) == 0
    assert duty.poll() == ()


def test_a_report_after_the_lease_is_recorded_and_ignored(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    (lost,) = duty.poll()
    duty.later(seconds=120)
    duty.reports(lost, Outcome.NO_ANSWER)
    duty.dials(lost)
    assert duty.ignored == ["not_the_holder", "not_the_holder"]
    assert the_warning(duty).phase is Phase.DUE


def test_a_report_with_another_fence_or_from_another_node_is_ignored(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    (attempt,) = duty.poll()
    duty.reports(attempt.model_copy(update={"fence": attempt.fence - 1}), Outcome.ACKNOWLEDGED)
    duty.reports(attempt, Outcome.ACKNOWLEDGED, node="node-2")
    assert the_warning(duty).phase is Phase.DIALLING


def test_a_report_about_an_unknown_attempt_is_ignored(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    (attempt,) = duty.poll()
    duty.reports(attempt.model_copy(update={"attempt_id": "none-1"}), Outcome.ACKNOWLEDGED)
    assert duty.ignored == ["not_the_holder"]


def test_a_node_that_crashes_again_and_again_uses_up_the_redials(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    dialled = 0
    for _ in range(40):
        dialled += len(duty.poll())
        duty.later(minutes=5)
    assert dialled == 3 * 4
    assert the_warning(duty).phase is Phase.EXHAUSTED


def test_a_second_suspect_call_is_waited_for_before_the_redial(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    (attempt,) = duty.poll()
    duty.call_starts("call-2")
    duty.alert_is_raised(alert_id="alert-2", call_id="call-2")
    duty.reports(attempt, Outcome.BUSY)
    duty.later(minutes=2)
    assert duty.poll() == ()
    duty.call_ends("call-2")
    assert len(duty.poll()) == 1


def test_the_end_of_a_second_call_does_not_shorten_the_spacing(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    duty.reports(duty.poll()[0], Outcome.BUSY)
    duty.alert_is_raised(alert_id="alert-2", call_id="call-2")
    duty.call_ends("call-2")
    assert duty.poll() == ()
    duty.later(minutes=2)
    assert len(duty.poll()) == 1


def test_a_node_without_free_slots_gets_nothing(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    assert duty.poll(slots=0) == ()


def test_the_most_urgent_warning_is_leased_first(duty: MemoryDuty) -> None:
    duty.alert_is_raised(RiskLevel.MEDIUM, call_id="call-1")
    duty.alert_is_raised(RiskLevel.HIGH, alert_id="alert-2", call_id="call-2", resident_id="resident-2")
    duty.call_ends("call-1")
    duty.call_ends("call-2")
    (first,) = duty.poll(slots=1)
    assert duty.rows.warnings[first.warning_id].level is RiskLevel.HIGH


def test_a_new_alert_after_success_opens_a_new_warning_in_the_same_case(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    duty.reports(duty.poll()[0], Outcome.ACKNOWLEDGED)
    duty.alert_is_raised(alert_id="alert-2", call_id="call-2")
    assert len(duty.rows.warnings) == 2
    assert len(duty.rows.cases) == 1


def test_two_failed_warnings_of_one_case_are_met_by_one_visit(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted(RiskLevel.HIGH)
    duty.reports(duty.poll()[0], Outcome.ACKNOWLEDGED)
    duty.alert_is_raised(RiskLevel.HIGH, alert_id="alert-2", call_id="call-2")
    assert len(duty.rows.visit_orders) == 1


def test_a_warning_that_cannot_be_moved_holds_nobody_else_up(duty: MemoryDuty) -> None:
    for n in (1, 2, 3):
        duty.alert_is_raised(alert_id=f"alert-{n}", call_id=f"call-{n}", resident_id=f"resident-{n}")
    broken, *others = duty.rows.warnings
    with duty.store.begin() as uow:
        uow.attempts.add(Attempt(f"{broken}-1", broken, 1, Channel.VOICE, AttemptState.ENDED, uow.now()))
    with pytest.raises(DueWorkError, match=broken) as failed:
        duty.later(minutes=3)
    assert (failed.value.moved, failed.value.warning_ids) == (2, (broken,))
    assert {attempt.warning_id for attempt in duty.poll()} == set(others)


def test_a_store_that_is_away_is_told_at_once() -> None:
    def begin() -> AbstractContextManager[UnitOfWork]:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        step(begin)


def test_a_step_moves_no_more_than_its_limit(duty: MemoryDuty) -> None:
    for n in (1, 2, 3):
        duty.alert_is_raised(alert_id=f"alert-{n}", call_id=f"call-{n}", resident_id=f"resident-{n}")
    duty.forward(timedelta(minutes=3))
    assert step(duty.begin, 2) == 2
    assert step(duty.begin, 2) == 1
