"""The small city in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from casework.memory import MemoryStore, Rows
from contracts.ports import ManualClock
from tests.fixtures.duty import Duty, a_resident


@dataclass
class MemoryDuty(Duty):
    """The stories on a store whose rows can be looked at."""

    store: MemoryStore

    def __init__(self, store: MemoryStore, clock: ManualClock) -> None:
        super().__init__(store.begin, clock.move)
        self.store = store

    @property
    def rows(self) -> Rows:
        return self.store.rows

    @property
    def ignored(self) -> list[str]:
        return [refs["reason"] for kind, refs in self.rows.outbox.values() if kind == "event_ignored"]


@pytest.fixture
def duty() -> MemoryDuty:
    """Residents 1 to 3 are enrolled; it is noon in June."""
    clock = ManualClock(datetime(2026, 6, 1, 4, 0, tzinfo=UTC))
    store = MemoryStore(clock)
    with store.begin() as uow:
        for n in (1, 2, 3):
            uow.residents.add(a_resident(n))
    return MemoryDuty(store, clock)
