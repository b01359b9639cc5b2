"""A call that gets worse after its warning was done with has the consequences of a new alert."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.warning import Phase
from contracts.outcome import Outcome
from contracts.taxonomy import RiskLevel, ScamType
from tests.unit.casework.conftest import MemoryDuty

pytestmark = pytest.mark.unit


def the_warning_succeeds_while_the_call_goes_on(duty: MemoryDuty) -> None:
    duty.call_starts()
    duty.alert_is_raised(RiskLevel.MEDIUM)
    duty.later(minutes=3)
    duty.reports(duty.poll()[0], Outcome.ACKNOWLEDGED)


def test_a_rise_after_success_opens_a_new_warning(duty: MemoryDuty) -> None:
    the_warning_succeeds_while_the_call_goes_on(duty)
    duty.alert_rises(RiskLevel.HIGH)
    phases = [warning.phase for warning in duty.rows.warnings.values()]
    assert phases == [Phase.SUCCEEDED, Phase.WAITING_FOR_CALL_END]


def test_the_new_warnings_call_is_placed_when_the_suspect_call_ends(duty: MemoryDuty) -> None:
    the_warning_succeeds_while_the_call_goes_on(duty)
    duty.alert_rises(RiskLevel.HIGH)
    duty.call_ends()
    assert len(duty.poll()) == 1


def test_a_rise_to_high_after_success_orders_the_visit(duty: MemoryDuty) -> None:
    the_warning_succeeds_while_the_call_goes_on(duty)
    duty.alert_rises(RiskLevel.HIGH)
    assert len(duty.rows.visit_orders) == 1


def test_a_rise_after_success_raises_level_and_type_of_the_case(duty: MemoryDuty) -> None:
    the_warning_succeeds_while_the_call_goes_on(duty)
    duty.alert_rises(RiskLevel.HIGH, ScamType.LOAN)
    (case,) = duty.rows.cases.values()
    assert (case.level, case.scam_type) == (RiskLevel.HIGH, ScamType.LOAN)


def test_a_rise_after_the_visit_was_ordered_opens_a_new_warning(duty: MemoryDuty) -> None:
    duty.call_starts()
    duty.alert_is_raised(RiskLevel.MEDIUM)
    duty.later(minutes=3)
    duty.reports(duty.poll()[0], Outcome.WANTS_OFFICER)
    duty.alert_rises(RiskLevel.HIGH)
    assert len(duty.rows.warnings) == 2
    assert len(duty.rows.visit_orders) == 1


def test_a_rise_after_success_joins_the_warning_of_a_later_alert(duty: MemoryDuty) -> None:
    the_warning_succeeds_while_the_call_goes_on(duty)
    duty.alert_is_raised(alert_id="alert-2", call_id="call-2")
    duty.alert_rises(RiskLevel.HIGH)
    alerts = duty.rows.alerts
    assert alerts["alert-1"].warning_id == alerts["alert-2"].warning_id
    assert duty.rows.warnings[alerts["alert-1"].warning_id or ""].level is RiskLevel.HIGH


def test_a_low_alert_that_rises_after_success_opens_its_case(duty: MemoryDuty) -> None:
    duty.call_starts()
    duty.alert_is_raised(RiskLevel.LOW)
    duty.later(minutes=3)
    duty.reports(duty.poll()[0], Outcome.ACKNOWLEDGED)
    duty.alert_rises(RiskLevel.MEDIUM)
    assert duty.rows.alerts["alert-1"].case_id in duty.rows.cases


def test_the_new_warnings_deadlines_count_from_the_rise(duty: MemoryDuty) -> None:
    the_warning_succeeds_while_the_call_goes_on(duty)
    duty.alert_rises(RiskLevel.MEDIUM, ScamType.LOAN)
    *_, opened = duty.rows.warnings.values()
    assert opened.deadline_at == duty.now() + timedelta(minutes=10)


def test_the_cases_type_follows_the_warnings(duty: MemoryDuty) -> None:
    duty.alert_is_raised(RiskLevel.MEDIUM)
    duty.alert_rises(RiskLevel.MEDIUM, ScamType.LOAN)
    (case,) = duty.rows.cases.values()
    assert case.scam_type is ScamType.LOAN


def test_a_milder_warning_does_not_change_the_cases_type(duty: MemoryDuty) -> None:
    duty.alert_is_raised(RiskLevel.HIGH)
    duty.call_ends()
    duty.reports(duty.poll()[0], Outcome.ACKNOWLEDGED)
    duty.alert_is_raised(RiskLevel.MEDIUM, alert_id="alert-2", call_id="call-2", scam_type=ScamType.LOAN)
    (case,) = duty.rows.cases.values()
    assert (case.level, case.scam_type) == (RiskLevel.HIGH, ScamType.POLICE)
