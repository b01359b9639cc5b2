"""The store in memory keeps the database's promises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from casework.ports import UnitOfWork
from contracts.errors import ConflictError, NotFoundError
from contracts.node_api import Command, CommandKind
from contracts.taxonomy import RiskLevel
from tests.fixtures.duty import NODE, a_resident
from tests.unit.casework.conftest import MemoryDuty

pytestmark = pytest.mark.unit

WHISPER = Command(id="order-1", kind=CommandKind.WHISPER, call_id="call-1")


def test_what_fails_half_way_leaves_nothing(duty: MemoryDuty) -> None:
    before = duty.rows

    def fail_half_way() -> None:
        with duty.store.begin() as uow:
            uow.outbox.append("lost", {})
            uow.residents.add(a_resident(1))

    with pytest.raises(ConflictError, match="resident-1"):
        fail_half_way()
    assert duty.rows == before


def test_a_case_changed_by_somebody_else_is_not_overwritten(duty: MemoryDuty) -> None:
    duty.alert_is_raised(RiskLevel.MEDIUM)

    def change(uow: UnitOfWork) -> None:
        (case,) = duty.rows.cases.values()
        uow.cases.save(case)
        uow.cases.save(case)

    with duty.begin() as uow, pytest.raises(ConflictError, match="read it again"):
        change(uow)


def test_an_order_is_delivered_once_and_to_the_node_that_has_the_call(duty: MemoryDuty) -> None:
    duty.call_starts()
    with duty.begin() as uow:
        uow.commands.add(WHISPER)
        elsewhere, first, second = (uow.commands.deliver(node) for node in ("node-2", NODE, NODE))
    assert (list(elsewhere), list(first), list(second)) == ([], [WHISPER], [])


def test_an_order_for_an_unknown_call_is_refused(duty: MemoryDuty) -> None:
    with duty.begin() as uow, pytest.raises(NotFoundError):
        uow.commands.add(WHISPER)


def test_an_order_for_a_call_that_is_over_is_refused(duty: MemoryDuty) -> None:
    duty.call_starts()
    duty.call_ends()
    with duty.begin() as uow, pytest.raises(ConflictError):
        uow.commands.add(WHISPER)


def test_the_time_stands_still_within_a_transaction(duty: MemoryDuty) -> None:
    with duty.begin() as uow:
        assert uow.now() == datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
