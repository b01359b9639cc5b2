"""What console and programs read of cases and calls."""

from __future__ import annotations

import pytest

from contracts.errors import BadInputError, NotFoundError
from contracts.node_api import CallNoted, NoteKind
from contracts.outcome import Outcome
from contracts.taxonomy import RiskLevel
from store.reading import list_calls, list_cases, read_call, read_case
from store.unit_of_work import SqlStore
from tests.fixtures.duty import LINE
from tests.integration.store.conftest import SqlDuty

pytestmark = pytest.mark.integration


def test_a_case_tells_its_story_in_the_order_of_time(duty: SqlDuty) -> None:
    duty.call_starts()
    duty.alert_is_raised()
    duty.tell(duty.event(CallNoted, call_id="call-1", kind=NoteKind.WHISPER_STARTED))
    duty.call_ends()
    (attempt,) = duty.poll()
    duty.dials(attempt)
    duty.reports(attempt, Outcome.ACKNOWLEDGED)
    case_id = read_call(duty.store, "call-1").case_id
    timeline = read_case(duty.store, case_id or "").timeline
    assert [moment.at for moment in timeline] == sorted(moment.at for moment in timeline)
    assert {moment.kind for moment in timeline} == {
        "call_started",
        "alert_raised",
        "case_opened",
        "stage_entered",
        "warning_opened",
        "call_noted",
        "call_ended",
        "attempt_planned",
        "attempt_leased",
        "attempt_dialled",
        "attempt_ended",
    }


def test_the_list_of_cases_says_how_each_stands(duty: SqlDuty) -> None:
    duty.a_screened_call_was_alerted(RiskLevel.HIGH)
    duty.reports(duty.poll()[0], Outcome.SILENT)
    (item,) = list_cases(duty.store).items
    assert (item.warning_phase, item.last_outcome, item.visit_ordered) == ("waiting", "silent", True)
    assert item.resident.id == "resident-1"


def test_cases_are_paged_newest_first_without_gap_or_repetition(duty: SqlDuty) -> None:
    for n in range(1, 6):
        duty.alert_is_raised(alert_id=f"alert-{n}", call_id=f"call-{n}", resident_id=f"resident-{n}")
    residents, cursor = [], None
    for _ in range(3):
        page = list_cases(duty.store, after=cursor, limit=2)
        residents += [item.resident.id for item in page.items]
        cursor = page.next_cursor
    assert cursor is None
    assert sorted(residents) == [f"resident-{n}" for n in range(1, 6)]
    opened = [item.case.opened_at for item in list_cases(duty.store).items]
    assert opened == sorted(opened, reverse=True)


def test_calls_are_paged_and_show_what_they_led_to(duty: SqlDuty) -> None:
    duty.call_starts("call-0")
    duty.a_screened_call_was_alerted(RiskLevel.HIGH)
    first = list_calls(duty.store, limit=1)
    second = list_calls(duty.store, limit=1, after=first.next_cursor)
    levels = {item.call.id: item.level for item in first.items + second.items}
    assert levels == {"call-0": RiskLevel.NONE, "call-1": RiskLevel.HIGH}
    assert second.next_cursor is None


def test_a_call_shows_its_alert_and_its_case(duty: SqlDuty) -> None:
    duty.a_screened_call_was_alerted()
    view = read_call(duty.store, "call-1")
    assert view.alerts[0].transcript == (LINE,)
    assert [view.case_id] == [item.case.id for item in list_cases(duty.store).items]


def test_a_call_without_an_alert_led_to_no_case(duty: SqlDuty) -> None:
    duty.call_starts()
    view = read_call(duty.store, "call-1")
    assert (view.case_id, view.alerts) == (None, ())


@pytest.mark.parametrize("read", [read_case, read_call])
def test_what_is_unknown_is_not_found(store: SqlStore, read: object) -> None:
    with pytest.raises(NotFoundError, match="nothing-1"):
        read(store, "nothing-1")  # type: ignore[operator]


@pytest.mark.parametrize("cursor", ["", "x", "2026-01-01_a", "2026-01-01T00:00:00+00:00"])
def test_a_cursor_nobody_gave_is_refused(store: SqlStore, cursor: str) -> None:
    with pytest.raises(BadInputError, match="cursor"):
        list_cases(store, after=cursor)
