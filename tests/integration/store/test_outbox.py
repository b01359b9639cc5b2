"""The live feed misses nothing and sees nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.errors import ConflictError
from store import outbox
from store.unit_of_work import SqlStore
from tests.integration.store.conftest import SqlDuty

pytestmark = pytest.mark.integration


def test_a_new_database_has_no_events(store: SqlStore) -> None:
    assert outbox.latest(store) == 0
    assert outbox.read_after(store, 0) == ()


def test_events_are_read_in_order_and_in_portions(duty: SqlDuty) -> None:
    duty.a_screened_call_was_alerted()
    every = outbox.read_after(duty.store, 0)
    first = outbox.read_after(duty.store, 0, limit=2)
    rest = outbox.read_after(duty.store, first[-1].sequence)
    assert first + rest == every
    assert every[0].kind == "call_started"
    assert every[-1].sequence == outbox.latest(duty.store)


def test_the_kinds_after_a_number_are_told_with_the_newest_number(duty: SqlDuty) -> None:
    duty.call_starts()
    seen = outbox.latest(duty.store)
    assert outbox.kinds_after(duty.store, seen) == (seen, frozenset())
    duty.call_ends()
    assert outbox.kinds_after(duty.store, seen) == (seen + 1, {"call_ended"})


def test_a_transaction_that_fails_leaves_no_event(store: SqlStore) -> None:
    def fail() -> None:
        with store.begin() as uow:
            uow.outbox.append("never", {})
            raise ConflictError("changed")

    with pytest.raises(ConflictError):
        fail()
    assert outbox.latest(store) == 0


def test_a_reader_beside_four_writers_passes_over_no_event(store: SqlStore) -> None:
    writers = 4
    done = threading.Event()

    def write(n: int) -> None:
        for i in range(10):
            with store.begin() as uow:
                uow.outbox.append("told", {"event": f"{n}-{i}"})

    def read() -> Iterator[str]:
        sequence = 0
        while True:
            last_round = done.is_set()
            for event in outbox.read_after(store, sequence):
                sequence = event.sequence
                yield event.refs["event"]
            if last_round:
                return

    with ThreadPoolExecutor(writers + 1) as pool:
        reader = pool.submit(lambda: list(read()))
        for writing in [pool.submit(write, n) for n in range(writers)]:
            writing.result()
        done.set()
        told = reader.result()
    assert len(told) == len(set(told)) == 40
