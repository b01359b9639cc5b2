"""Emergency windows: who has one, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from contracts.errors import ConflictError, NotFoundError
from contracts.node_api import EmergencyWindow
from store.emergency import BadWindowError, StoredWindow, end_window, list_windows, open_window, open_windows
from store.unit_of_work import SqlStore
from tests.fixtures.told_calls import resident_number

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("duty")]

LASTS = timedelta(minutes=90)


def now(store: SqlStore) -> datetime:
    with store.reading() as connection:
        return store.now(connection)


def opened(
    store: SqlStore, window_id: str = "w1", at: datetime | None = None, resident: int = 1
) -> StoredWindow:
    return open_window(store, window_id, resident_number(resident), at=at, lasts=LASTS, by="node-1")


def told(store: SqlStore) -> tuple[EmergencyWindow, ...]:
    with store.reading() as connection:
        return open_windows(connection, store.now(connection))


def test_a_window_lasts_ninety_minutes_from_the_emergency_call(store: SqlStore) -> None:
    at = now(store) - timedelta(minutes=20)
    assert opened(store, at=at).until == at + LASTS


def test_a_second_call_for_help_lengthens_the_window(store: SqlStore) -> None:
    opened(store, at=now(store) - timedelta(minutes=60))
    later = opened(store, "w2")
    assert told(store) == (EmergencyWindow(resident_id="resident-1", until=later.until),)


def test_a_window_ended_by_hand_is_open_no_more(store: SqlStore) -> None:
    opened(store)
    end_window(store, "w1", by="li")
    assert (told(store), list_windows(store)) == ((), ())


def test_a_window_is_ended_once(store: SqlStore) -> None:
    opened(store)
    end_window(store, "w1", by="li")
    with pytest.raises(ConflictError):
        end_window(store, "w1", by="li")


def test_an_unknown_window_is_not_found(store: SqlStore) -> None:
    with pytest.raises(NotFoundError):
        end_window(store, "w1", by="li")


def test_only_enrolled_residents_have_windows(store: SqlStore) -> None:
    with pytest.raises(NotFoundError):
        opened(store, resident=9999)


@pytest.mark.parametrize("off", [timedelta(minutes=6), -LASTS])
def test_a_window_that_begins_later_or_is_over_is_refused(store: SqlStore, off: timedelta) -> None:
    with pytest.raises(BadWindowError, match="at:"):
        opened(store, at=now(store) + off)
