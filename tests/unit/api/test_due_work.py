"""The due-work loop: a warning that cannot be moved is not a loop that fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from structlog.testing import capture_logs

from api.due_work import LONGEST_PAUSE_SECONDS, PAUSE_SECONDS, DueWork
from casework.attempt import Attempt, AttemptState
from casework.memory import MemoryStore, MemoryUnitOfWork
from contracts.outcome import Channel
from contracts.ports import ManualClock
from tests.fixtures.duty import Duty, a_resident

pytestmark = pytest.mark.unit


class Pauses(Event):
    """Lets the loop take a number of steps without waiting, and keeps how long it would have waited."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.asked: list[float | None] = []
        self._steps = steps

    def wait(self, timeout: float | None = None) -> bool:
        self.asked.append(timeout)
        return len(self.asked) > self._steps


@pytest.fixture
def store() -> MemoryStore:
    """Two warnings are due; the first of them cannot be moved."""
    clock = ManualClock(datetime(2026, 6, 1, 4, 0, tzinfo=UTC))
    made = MemoryStore(clock)
    duty = Duty(made.begin, clock.move)
    with made.begin() as uow:
        for n in (1, 2):
            uow.residents.add(a_resident(n))
    for n in (1, 2):
        duty.alert_is_raised(alert_id=f"alert-{n}", call_id=f"call-{n}", resident_id=f"resident-{n}")
    broken = next(iter(made.rows.warnings))
    with made.begin() as uow:
        uow.attempts.add(Attempt(f"{broken}-1", broken, 1, Channel.VOICE, AttemptState.ENDED, uow.now()))
    clock.move(timedelta(minutes=3))
    return made


def test_one_warning_that_cannot_be_moved_does_not_slow_the_others(store: MemoryStore):
    stop = Pauses(3)
    DueWork(store.begin).run_forever(stop)
    assert stop.asked == [PAUSE_SECONDS] * 4


def test_what_moved_beside_it_is_counted(store: MemoryStore):
    moved: list[int] = []
    DueWork(store.begin, moved.append).run_forever(Pauses(2))
    assert moved == [1, 0]


def test_it_is_degraded_and_not_failing(store: MemoryStore):
    loop = DueWork(store.begin)
    loop.run_forever(Pauses(1))
    assert (loop.stuck, loop.failing) == (tuple(store.rows.warnings)[:1], "")


def test_the_log_names_the_warning_once_and_not_at_every_step(store: MemoryStore):
    with capture_logs() as logs:
        DueWork(store.begin).run_forever(Pauses(3))
    assert [entry["warnings"] for entry in logs] == [list(store.rows.warnings)[:1]]


def test_a_store_that_is_away_makes_it_look_less_often():
    @contextmanager
    def begin() -> Iterator[MemoryUnitOfWork]:
        raise OSError("away")
        yield

    stop = Pauses(6)
    DueWork(begin).run_forever(stop)
    assert stop.asked[-1] == LONGEST_PAUSE_SECONDS
