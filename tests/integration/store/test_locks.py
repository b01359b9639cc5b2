"""Writers that meet at the same rows on PostgreSQL wait for one another in one order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import monotonic

import pytest
from sqlalchemy import text

from contracts.taxonomy import RiskLevel
from store.reading import list_cases, read_case
from store.residents import import_residents
from store.unit_of_work import SqlStore
from tests.fixtures.duty import a_resident
from tests.integration.store.conftest import SqlDuty

pytestmark = [
    pytest.mark.integration,
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),
]


@pytest.fixture
def meanwhile() -> Iterator[ThreadPoolExecutor]:
    """Another writer."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def wait_for_a_waiting_writer(store: SqlStore) -> None:
    query = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    until, pause = monotonic() + 10, threading.Event()
    while True:
        with store.reading() as connection:
            if connection.execute(query).scalar_one():
                return
        assert monotonic() < until, "nobody waited for a lock within 10 s"
        pause.wait(0.01)


def test_an_alert_and_a_move_of_its_warning_wait_in_one_order(
    duty: SqlDuty, meanwhile: ThreadPoolExecutor
) -> None:
    duty.alert_is_raised(RiskLevel.MEDIUM)
    (item,) = list_cases(duty.store).items
    warning_id = read_case(duty.store, item.case.id).warnings[0].warning.id
    worse = duty.alert(RiskLevel.HIGH, alert_id="alert-2", call_id="call-2")
    with duty.begin() as uow:
        uow.warnings.get(warning_id)
        told = meanwhile.submit(duty.tell, worse)
        wait_for_a_waiting_writer(duty.store)
        uow.cases.get(item.case.id)
    assert told.result(10)


def test_what_is_said_meanwhile_does_not_undo_the_alerts_rise(
    duty: SqlDuty, meanwhile: ThreadPoolExecutor
) -> None:
    duty.alert_is_raised(RiskLevel.MEDIUM)
    now = duty.now()
    with duty.begin() as uow:
        alert = uow.alerts.get("alert-1")
        assert alert
        uow.alerts.save(replace(alert, level=RiskLevel.HIGH))
        said = meanwhile.submit(duty.more_is_said, phrase_ended_at=now)
        wait_for_a_waiting_writer(duty.store)
    said.result(10)
    (item,) = list_cases(duty.store).items
    assert read_case(duty.store, item.case.id).alerts[0].alert.level is RiskLevel.HIGH


def test_an_import_of_residents_who_have_not_changed_waits_for_nobody(
    duty: SqlDuty, meanwhile: ThreadPoolExecutor
) -> None:
    with duty.begin() as uow:
        uow.residents.lock("resident-1")
        imported = meanwhile.submit(import_residents, duty.store, map(a_resident, range(1, 9)))
        assert imported.result(5) == 8
