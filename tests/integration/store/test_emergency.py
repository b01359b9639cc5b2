"""Emergency windows: who has one, and for how long."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from contracts.errors import ConflictError, NotFoundError
from contracts.node_api import EmergencyWindow
from store.emergency import BadWindowError, StoredWindow, end_window, list_windows, open_window, open_windows
from store.report_schema import emergency_windows
from store.row import row_of
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
    assert (later.id, told(store)) == (
        "w1",
        (EmergencyWindow(resident_id="resident-1", until=later.until),),
    )


def test_a_repeated_call_for_help_is_one_window(store: SqlStore) -> None:
    at = now(store)
    assert [opened(store, window_id, at) for window_id in ("w1", "w2")] == list(list_windows(store)) * 2


def test_an_older_call_for_help_does_not_shorten_the_window(store: SqlStore) -> None:
    first = opened(store)
    assert opened(store, "w2", now(store) - timedelta(minutes=60)).until == first.until


def test_an_ended_window_is_not_opened_again_by_its_id(store: SqlStore) -> None:
    opened(store)
    end_window(store, "w1", by="li")
    assert (opened(store, "w2").id, len(told(store))) == ("w2", 1)


def test_residents_have_windows_of_their_own(store: SqlStore) -> None:
    opened(store)
    opened(store, "w2", resident=2)
    end_window(store, "w1", by="li")
    assert [window.resident_id for window in told(store)] == ["resident-2"]


def test_ending_a_window_ends_all_that_the_resident_has(store: SqlStore) -> None:
    first = opened(store)
    with store.writing() as connection:
        connection.execute(insert(emergency_windows), row_of(replace(first, id="w0")))
    end_window(store, "w1", by="li")
    assert told(store) == ()


def test_calls_for_help_at_once_open_one_window(store: SqlStore) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = {window.id for window in pool.map(lambda n: opened(store, f"w{n}"), range(4))}
    assert (len(ids), len(list_windows(store))) == (1, 1)


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
