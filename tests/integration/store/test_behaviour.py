"""How callers behave, as counted from the calls; and whom residents know."""

from __future__ import annotations

import pytest
from sqlalchemy import Row

from blacklists.behaviour import LEAST_REPEATS, LEAST_RESIDENTS, Behaviour
from blacklists.list_file import pair_key
from store.behaviour import read_behaviour, read_later_reported
from store.familiar import familiar_pairs
from store.unit_of_work import SqlStore
from tests.fixtures.told_calls import CALLER, a_call, tells_staff
from tests.integration.store.conftest import SqlDuty

pytestmark = pytest.mark.integration


def behaviour(store: SqlStore, number: str = CALLER) -> Behaviour | None:
    with store.reading() as connection:
        return read_behaviour(connection, store.now(connection)).get(number)


def pairs(store: SqlStore) -> set[int]:
    with store.reading() as connection:
        return set(familiar_pairs(connection))


def test_distinct_residents_of_the_last_hour_are_counted(store: SqlStore) -> None:
    for n in range(LEAST_RESIDENTS):
        a_call(store, f"resident-{n}")
        a_call(store, f"resident-{n}", minutes_ago=30)
    assert behaviour(store) == Behaviour(residents_last_hour=LEAST_RESIDENTS)


def test_residents_called_before_the_last_hour_do_not_count(store: SqlStore) -> None:
    for n in range(LEAST_RESIDENTS):
        a_call(store, f"resident-{n}", minutes_ago=1 if n else 61)
    assert behaviour(store) is None


def test_calls_to_those_not_enrolled_do_not_count(store: SqlStore) -> None:
    for _ in range(LEAST_RESIDENTS):
        a_call(store, None)
    assert behaviour(store) is None


def test_anonymous_callers_are_not_thrown_together(store: SqlStore) -> None:
    for n in range(LEAST_RESIDENTS):
        a_call(store, f"resident-{n}", caller=None)
    with store.reading() as connection:
        assert read_behaviour(connection, store.now(connection)) == {}


def test_repeated_calls_to_one_resident_are_counted(store: SqlStore) -> None:
    for n in range(LEAST_REPEATS):
        a_call(store, minutes_ago=20 + n)
    assert behaviour(store) == Behaviour(residents_last_hour=1, repeats=LEAST_REPEATS)


def test_calls_spread_over_the_hour_are_no_repetitions(store: SqlStore) -> None:
    for n in range(LEAST_REPEATS):
        a_call(store, minutes_ago=1 + 12 * n)
    assert behaviour(store) is None


def test_calls_to_several_residents_are_no_repetitions(store: SqlStore) -> None:
    for n in range(LEAST_REPEATS):
        a_call(store, f"resident-{n}")
    assert behaviour(store) is None


def test_residents_who_later_reported_the_caller_are_counted(store: SqlStore, duty: SqlDuty) -> None:
    del duty
    for n in (1, 2):
        a_call(store, f"resident-{n}")
        tells_staff(store, n)
    tells_staff(store, 3)
    with store.reading() as connection:
        assert read_later_reported(connection, store.now(connection)) == {CALLER: 2}


def test_who_was_answered_is_familiar(store: SqlStore) -> None:
    a_call(store, answered=True)
    a_call(store, "resident-2")
    assert pairs(store) == {pair_key(CALLER, "resident-1")}


def test_after_ninety_days_nobody_is_familiar(store: SqlStore) -> None:
    a_call(store, answered=True, minutes_ago=91 * 24 * 60)
    assert pairs(store) == set()


def test_a_call_with_an_alert_makes_nobody_familiar(store: SqlStore, duty: SqlDuty) -> None:
    call_id = a_call(store, answered=True)
    duty.alert_is_raised(call_id=call_id)
    assert pairs(store) == set()


def plan(store: SqlStore, query: str) -> list[Row[tuple[object, ...]]]:
    with store.reading() as connection:
        return list(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}"))


def test_a_callers_calls_are_found_by_an_index(store: SqlStore) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("small tables are scanned whatever indexes there are")
    query = "SELECT id FROM calls WHERE caller = 'x' AND started_at > '2026-01-01'"
    assert "ix_calls_caller_started_at" in str(plan(store, query))
