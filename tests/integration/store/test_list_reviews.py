"""Entries whose review date is past come up again, those due for longest first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.list_import import Order, prepare_import
from store.list_release import release
from store.list_reviews import count_due, due_entries
from store.unit_of_work import SqlStore
from tests.fixtures.number_list_source import Row, Written, mobile, numbers

pytestmark = pytest.mark.integration


@pytest.fixture
def now(store: SqlStore) -> int:
    with store.reading() as connection:
        return int(store.now(connection).timestamp())


def released(store: SqlStore, *rows: Row, into: str = "police") -> None:
    version = prepare_import(store, into, Written(*rows), Order("wang", "suspects.csv"), print).version
    assert version is not None
    release(store, version.n, by="li")


def due(store: SqlStore, name: str | None = None, limit: int = 100) -> list[str]:
    with store.reading() as connection:
        found = due_entries(connection, store.now(connection), name, limit)
    return [str(entry.pattern) for entry in found]


def test_what_is_due_for_longest_comes_first(store: SqlStore, now: int) -> None:
    released(store, *numbers(1, review_at=now - 9), *numbers(2, review_at=now - 99))
    assert due(store) == [mobile(2), mobile(1)]


def test_what_is_not_due_yet_or_never_is_left_out(store: SqlStore, now: int) -> None:
    released(store, *numbers(1, review_at=now + 9_000), *numbers(2))
    assert due(store) == []


def test_an_entry_becomes_due_when_its_date_has_come(store: SqlStore, now: int) -> None:
    released(store, *numbers(1, review_at=now + 9_000))
    store.clock_offset += timedelta(seconds=9_001)
    assert due(store) == [mobile(1)]


def test_an_ended_entry_and_one_not_released_are_not_due(store: SqlStore, now: int) -> None:
    released(store, *numbers(1, review_at=now - 9))
    released(store, *numbers(1, gone=True))
    prepare_import(store, "police", Written(*numbers(2, review_at=now - 9)), Order("wang", "f"), print)
    assert due(store) == []


def test_one_list_is_asked_for_by_its_name(store: SqlStore, now: int) -> None:
    released(store, *numbers(1, review_at=now - 9))
    released(store, *numbers(2, review_at=now - 9), into="upstream")
    assert due(store, "upstream") == [mobile(2)]


def test_no_more_are_shown_than_asked_for(store: SqlStore, now: int) -> None:
    released(store, *numbers(1, 2, 3, review_at=now - 9))
    assert len(due(store, limit=2)) == 2


def test_all_that_are_due_are_counted_by_list(store: SqlStore, now: int) -> None:
    released(store, *numbers(1, 2, review_at=now - 9), *numbers(3))
    released(store, *numbers(2, review_at=now - 9), into="upstream")
    with store.reading() as connection:
        assert count_due(connection, store.now(connection)) == {"police": 2, "upstream": 1}


def test_due_entries_are_found_by_their_index(store: SqlStore) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by the table's size")
    statements: list[str] = []
    with store.reading() as connection:
        raw = connection.connection.driver_connection
        raw.set_trace_callback(statements.append)  # type: ignore[union-attr]
        count_due(connection, store.now(connection))
        due_entries(connection, store.now(connection))
        raw.set_trace_callback(None)  # type: ignore[union-attr]
        asked = [each for each in statements if "review_at" in each]
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each}").all() for each in asked]
    used = [any("ix_list_entries_to_review" in step[3] for step in plan) for plan in plans]
    assert used == [True, True]
