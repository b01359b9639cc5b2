"""The duty to warn, on real databases: repeated events, rival nodes, crashes, deadlines."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from casework.attempt import AttemptState
from casework.visit_order import VisitReason
from contracts.node_api import Command, CommandKind, LeasedAttempt
from contracts.outcome import Outcome
from contracts.taxonomy import RiskLevel
from store import outbox
from store.reading import list_cases, read_case
from store.views import CaseView
from tests.fixtures.duty import EVIDENCE, LINE, NODE
from tests.integration.store.conftest import SqlDuty

pytestmark = pytest.mark.integration


def the_case(duty: SqlDuty) -> CaseView:
    (item,) = list_cases(duty.store).items
    return read_case(duty.store, item.case.id)


def eight_calls_were_alerted(duty: SqlDuty) -> None:
    for n in range(1, 9):
        names = {"call_id": f"call-{n}", "resident_id": f"resident-{n}"}
        duty.call_starts(**names)
        duty.alert_is_raised(alert_id=f"alert-{n}", **names)
        duty.call_ends(f"call-{n}")


def at_once(work: list[object]) -> list[object]:
    """Run the callables on threads that begin together."""
    gate = threading.Barrier(len(work))

    def run(one: object) -> object:
        gate.wait(10)
        return one()  # type: ignore[operator]

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def test_a_resident_is_called_after_the_suspect_call_and_acknowledges(duty: SqlDuty) -> None:
    duty.a_screened_call_was_alerted()
    (attempt,) = duty.poll()
    duty.dials(attempt)
    duty.reports(attempt, Outcome.ACKNOWLEDGED)
    (warning,) = the_case(duty).warnings
    assert [(tried.outcome, tried.digit) for tried in warning.attempts] == [(Outcome.ACKNOWLEDGED, "1")]
    assert duty.later(minutes=20) == 0


def test_a_case_shows_what_was_said_and_what_spoke_for_it(duty: SqlDuty) -> None:
    duty.a_screened_call_was_alerted()
    duty.more_is_said()
    (alert,) = the_case(duty).alerts
    assert alert.transcript == (LINE, LINE)
    assert alert.evidence == (EVIDENCE, EVIDENCE)


def test_an_event_told_again_changes_nothing(duty: SqlDuty) -> None:
    event = duty.alert_is_raised()
    newest = outbox.latest(duty.store)
    assert newest > 0
    assert duty.tell(event) is False
    assert outbox.latest(duty.store) == newest


def test_an_event_told_by_eight_threads_at_once_is_taken_once(duty: SqlDuty) -> None:
    event = duty.alert()
    taken = at_once([lambda: duty.tell(event)] * 8)
    assert sum(map(bool, taken)) == 1


def test_two_alerts_at_once_for_one_resident_open_one_case_and_one_warning(duty: SqlDuty) -> None:
    events = [duty.alert(alert_id=f"alert-{n}", call_id=f"call-{n}") for n in range(4)]
    at_once([lambda event=event: duty.tell(event) for event in events])
    case = the_case(duty)
    assert (len(case.alerts), len(case.warnings)) == (4, 1)


def test_rival_nodes_never_lease_one_attempt_twice(duty: SqlDuty) -> None:
    eight_calls_were_alerted(duty)

    def lease_all(node: str) -> list[LeasedAttempt]:
        found: list[LeasedAttempt] = []
        while leased := duty.poll(slots=1, node=node):
            found += leased
        return found

    leased = at_once([lambda node=f"node-{n}": lease_all(node) for n in range(4)])
    ids = [attempt.attempt_id for part in leased for attempt in part]  # type: ignore[attr-defined]
    # A poll that passes over rows others hold may come back empty, so some may be left for the next one.
    ids += [attempt.attempt_id for attempt in duty.poll(node="node-9")]
    assert len(ids) == len(set(ids)) == 8


def test_rival_loops_order_each_overdue_visit_once(duty: SqlDuty) -> None:
    eight_calls_were_alerted(duty)
    duty.forward(timedelta(minutes=10))
    at_once([duty.work] * 4)
    duty.work()
    visits = [item.visit_ordered for item in list_cases(duty.store).items]
    assert visits == [True] * 8


def test_a_crash_between_lease_and_outcome_is_interrupted_and_planned_again(duty: SqlDuty) -> None:
    duty.a_screened_call_was_alerted()
    (lost,) = duty.poll()
    duty.later(seconds=120)
    (again,) = duty.poll(node="node-2")
    states = [attempt.state for attempt in the_case(duty).warnings[0].attempts]
    assert states == [AttemptState.INTERRUPTED, AttemptState.DIALLING]
    assert again.fence == lost.fence + 1


def test_a_node_that_wakes_after_its_lease_is_fenced_off(duty: SqlDuty) -> None:
    duty.a_screened_call_was_alerted()
    (lost,) = duty.poll()
    duty.later(seconds=120)
    (again,) = duty.poll(node="node-2")
    duty.reports(lost, Outcome.BUSY)
    duty.reports(again, Outcome.NO_ANSWER, node="node-2")
    outcomes = [attempt.outcome for attempt in the_case(duty).warnings[0].attempts]
    assert outcomes == [Outcome.INTERRUPTED, Outcome.NO_ANSWER]


def test_a_key_pressed_in_a_lost_attempt_ends_the_warning_without_a_second_call(duty: SqlDuty) -> None:
    duty.a_screened_call_was_alerted()
    (lost,) = duty.poll()
    duty.later(seconds=120)
    duty.reports(lost, Outcome.ACKNOWLEDGED)
    assert duty.poll(node="node-2") == ()
    (warning,) = the_case(duty).warnings
    states = [attempt.state for attempt in warning.attempts]
    assert states == [AttemptState.ENDED, AttemptState.WITHDRAWN]


def test_what_fails_before_the_commit_was_never_leased(duty: SqlDuty) -> None:
    duty.a_screened_call_was_alerted()

    def crash() -> None:
        from casework.leasing import lease

        with duty.begin() as uow:
            assert lease(uow, NODE, 8)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash()
    assert [attempt.fence for attempt in duty.poll()] == [1]


def test_the_deadline_passes_and_one_visit_is_ordered(duty: SqlDuty) -> None:
    duty.a_screened_call_was_alerted()
    for _ in range(6):
        duty.later(minutes=5)
    case = the_case(duty)
    visits = [view.visit_order for view in case.warnings if view.visit_order]
    assert [visit.reason for visit in visits] == [VisitReason.NOT_REACHED]
    assert case.next_deadline_at == case.warnings[0].warning.opened_at + timedelta(minutes=30)


def test_a_high_alert_has_its_visit_in_the_same_transaction(duty: SqlDuty) -> None:
    duty.alert_is_raised(RiskLevel.HIGH)
    assert the_case(duty).warnings[0].visit_order is not None


def test_nothing_due_is_lost_by_a_restart(duty: SqlDuty) -> None:
    duty.a_screened_call_was_alerted()
    duty.reports(duty.poll()[0], Outcome.NO_ANSWER)
    duty.store.engine.dispose()
    duty.later(minutes=2)
    assert len(duty.poll()) == 1


def test_an_operators_order_reaches_the_node_once(duty: SqlDuty) -> None:
    duty.call_starts()
    order = Command(id="order-1", kind=CommandKind.WHISPER, call_id="call-1")
    with duty.begin() as uow:
        uow.commands.add(order)
    delivered = []
    for node in ("node-2", NODE, NODE):
        with duty.begin() as uow:
            delivered.append(list(uow.commands.deliver(node)))
    assert delivered == [[], [order], []]
