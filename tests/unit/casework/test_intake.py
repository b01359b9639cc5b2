"""What nodes report becomes rows, once and whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.case import CaseStage
from contracts.node_api import CallNoted, NoteKind
from contracts.taxonomy import RiskLevel, ScamType
from tests.fixtures.duty import EVIDENCE, LINE, a_resident
from tests.unit.casework.conftest import MemoryDuty

pytestmark = pytest.mark.unit


def test_a_call_without_an_alert_leaves_its_record_and_no_text(duty: MemoryDuty) -> None:
    duty.call_starts()
    duty.call_ends()
    assert duty.rows.calls["call-1"].cause == "caller"
    assert not duty.rows.lines


def test_an_alert_makes_warning_case_and_evidence_together(duty: MemoryDuty) -> None:
    duty.call_starts()
    duty.alert_is_raised()
    alert = duty.rows.alerts["alert-1"]
    assert alert.warning_id in duty.rows.warnings
    assert duty.rows.cases[alert.case_id or ""].stage is CaseStage.RECEIVED
    assert duty.rows.evidence["alert-1"] == (EVIDENCE,)
    assert duty.rows.lines["alert-1"] == (LINE,)


def test_a_repeated_event_changes_nothing(duty: MemoryDuty) -> None:
    event = duty.alert_is_raised()
    before = duty.rows
    assert duty.tell(event) is False
    assert duty.rows == before


def test_a_second_event_for_a_known_alert_is_ignored(duty: MemoryDuty) -> None:
    duty.alert_is_raised()
    duty.alert_is_raised()
    assert len(duty.rows.warnings) == 1
    assert duty.ignored == ["alert_known"]


def test_an_alert_for_somebody_who_has_withdrawn_is_recorded_and_ignored(duty: MemoryDuty) -> None:
    duty.alert_is_raised(resident_id="resident-gone")
    assert not duty.rows.alerts
    assert duty.ignored == ["resident_unknown"]


def test_the_end_of_the_call_plans_the_attempt_at_once(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    assert [attempt.number for attempt in duty.poll()] == [a_resident().number.value]


def test_nobody_is_dialled_while_the_suspect_call_is_on(duty: MemoryDuty) -> None:
    duty.call_starts()
    duty.alert_is_raised()
    assert duty.poll() == ()


def test_an_alert_that_arrives_after_its_call_ended_plans_the_attempt_at_once(duty: MemoryDuty) -> None:
    duty.call_starts()
    duty.call_ends()
    duty.alert_is_raised()
    assert len(duty.poll()) == 1


def test_a_high_alert_orders_the_visit_in_its_own_transaction(duty: MemoryDuty) -> None:
    event = duty.alert_is_raised(RiskLevel.HIGH)
    (order,) = duty.rows.visit_orders.values()
    assert order.deadline_at == event.at + timedelta(minutes=30)


@pytest.mark.parametrize("scam_type", [ScamType.TASKS, ScamType.INVESTMENT, ScamType.DATING])
def test_r25_types_order_the_visit_with_the_alert(duty: MemoryDuty, scam_type: ScamType) -> None:
    duty.alert_is_raised(RiskLevel.MEDIUM, scam_type=scam_type)
    assert len(duty.rows.visit_orders) == 1


def test_a_low_alert_opens_no_case(duty: MemoryDuty) -> None:
    duty.alert_is_raised(RiskLevel.LOW)
    assert not duty.rows.cases


def test_a_low_alert_joins_the_open_case(duty: MemoryDuty) -> None:
    duty.alert_is_raised(RiskLevel.MEDIUM)
    duty.alert_is_raised(RiskLevel.LOW, alert_id="alert-2", call_id="call-2")
    assert duty.rows.alerts["alert-2"].case_id == duty.rows.alerts["alert-1"].case_id


def test_a_low_alert_that_rises_opens_the_case_for_its_alerts(duty: MemoryDuty) -> None:
    duty.alert_is_raised(RiskLevel.LOW)
    duty.alert_rises(RiskLevel.MEDIUM)
    assert duty.rows.alerts["alert-1"].case_id in duty.rows.cases


def test_an_alert_that_rises_to_high_orders_the_visit(duty: MemoryDuty) -> None:
    duty.alert_is_raised(RiskLevel.MEDIUM)
    duty.alert_rises(RiskLevel.HIGH)
    assert len(duty.rows.visit_orders) == 1
    assert duty.rows.alerts["alert-1"].level is RiskLevel.HIGH
    assert len(duty.rows.evidence["alert-1"]) == 2


def test_what_is_said_after_the_alert_is_added(duty: MemoryDuty) -> None:
    duty.alert_is_raised()
    duty.more_is_said()
    assert duty.rows.lines["alert-1"] == (LINE, LINE)


def test_news_of_an_unknown_alert_is_recorded_and_ignored(duty: MemoryDuty) -> None:
    duty.alert_rises(RiskLevel.HIGH)
    duty.more_is_said()
    assert duty.ignored == ["alert_unknown", "alert_unknown"]


def test_a_second_alert_of_the_same_resident_joins_warning_and_case(duty: MemoryDuty) -> None:
    duty.alert_is_raised(RiskLevel.MEDIUM)
    duty.alert_is_raised(RiskLevel.HIGH, alert_id="alert-2", call_id="call-2")
    assert len(duty.rows.warnings) == 1
    (case,) = duty.rows.cases.values()
    assert case.level is RiskLevel.HIGH


def test_alerts_of_two_residents_open_two_cases(duty: MemoryDuty) -> None:
    duty.alert_is_raised()
    duty.alert_is_raised(alert_id="alert-2", call_id="call-2", resident_id="resident-2")
    assert len(duty.rows.cases) == len(duty.rows.warnings) == 2


def test_an_alert_dated_in_the_future_counts_from_now(duty: MemoryDuty) -> None:
    now = duty.now()
    event = duty.alert().model_copy(update={"at": now + timedelta(hours=1)})
    duty.tell(event)
    (warning,) = duty.rows.warnings.values()
    assert warning.deadline_at == now + timedelta(minutes=10)


def test_an_alert_that_waited_in_the_spool_counts_from_when_it_was_raised(duty: MemoryDuty) -> None:
    event = duty.alert()
    duty.forward(timedelta(minutes=4))
    duty.tell(event)
    (warning,) = duty.rows.warnings.values()
    assert warning.deadline_at == event.at + timedelta(minutes=10)


def test_a_note_is_kept_with_its_call(duty: MemoryDuty) -> None:
    duty.call_starts()
    duty.tell(duty.event(CallNoted, call_id="call-1", kind=NoteKind.WHISPER_STARTED))
    assert duty.rows.notes[0].kind is NoteKind.WHISPER_STARTED


def test_a_call_that_starts_twice_keeps_its_first_record(duty: MemoryDuty) -> None:
    duty.call_starts()
    duty.call_starts(resident_id="resident-2")
    assert duty.rows.calls["call-1"].resident_id == "resident-1"
    assert duty.ignored == ["call_known"]


def test_the_end_of_an_unknown_call_still_lets_the_warning_go_on(duty: MemoryDuty) -> None:
    duty.alert_is_raised()
    duty.call_ends()
    assert len(duty.poll()) == 1


def test_the_end_of_another_call_changes_nothing(duty: MemoryDuty) -> None:
    duty.alert_is_raised()
    duty.call_ends("call-9")
    assert duty.poll() == ()


def test_the_outbox_never_holds_what_was_said(duty: MemoryDuty) -> None:
    duty.a_screened_call_was_alerted()
    duty.more_is_said()
    assert LINE.text not in str(duty.rows.outbox)
    assert "1380000" not in str(duty.rows.outbox)


def test_a_first_word_told_later_completes_the_alert(duty: MemoryDuty) -> None:
    spoken = duty.now() - timedelta(seconds=30)
    duty.alert_is_raised(first_word_at=None)
    duty.more_is_said(first_word_at=spoken)
    assert duty.rows.alerts["alert-1"].first_word_at == spoken


def test_a_first_word_once_told_stays(duty: MemoryDuty) -> None:
    told = duty.alert_is_raised().first_word_at
    duty.more_is_said(first_word_at=duty.now())
    assert duty.rows.alerts["alert-1"].first_word_at == told


def test_the_words_that_raised_the_alert_are_timed_more_exactly_later(duty: MemoryDuty) -> None:
    ended = duty.now() - timedelta(milliseconds=300)
    duty.alert_is_raised()
    duty.more_is_said(phrase_ended_at=ended)
    assert duty.rows.alerts["alert-1"].phrase_ended_at == ended
