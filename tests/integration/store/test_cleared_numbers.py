"""What an accepted removal request has taken off the lists stays off, until a person puts it back (R47)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from blacklists.importing.plan import ImportPlan
from blacklists.importing.row import Rejected
from blacklists.normalise import parse_number
from blacklists.pattern import parse_pattern
from contracts.errors import ConflictError
from contracts.number_list import EntryKind
from contracts.verdict import Action
from store.list_entry import NewEntry, add_entry
from store.list_export import export_rows
from store.list_import import Order, Prepared, dry_run, prepare_import
from store.list_release import release
from store.list_rollback import rollback
from store.list_version import Version
from store.removal_requests import add_request, decide_request
from store.unit_of_work import SqlStore
from tests.fixtures.number_list_source import Row, Written, a_row, mobile, numbers

pytestmark = pytest.mark.integration


def prepared(store: SqlStore, *rows: Row, into: str = "police") -> Prepared:
    return prepare_import(store, into, Written(*rows), Order("wang", "suspects.csv"), print)


def released(store: SqlStore, *rows: Row, into: str = "police") -> Version:
    version = prepared(store, *rows, into=into).version
    assert version is not None
    return release(store, version.n, by="li")


def cleared(store: SqlStore, n: int = 1, *, accepted: bool = True) -> None:
    words = {"reason": "这是我的号码", "contact": "owner@example.test"}
    add_request(store, f"q{n}", parse_number(mobile(n)), within=timedelta(days=9), **words)
    decide_request(store, f"q{n}", accepted=accepted, reason="号码已换机主", by="chen")


def put_back(store: SqlStore, n: int = 1) -> None:
    entry = NewEntry(parse_pattern(mobile(n), EntryKind.EXACT), "fraud", Action.REJECT)
    add_entry(store, "police", entry, by="li")


def standing(store: SqlStore, name: str = "police") -> list[str]:
    with store.reading() as connection:
        return [str(row.pattern) for row in export_rows(connection, name)]


def looked_at(store: SqlStore, *rows: Row) -> tuple[ImportPlan, list[Rejected]]:
    rejected: list[Rejected] = []
    return dry_run(store, "police", Written(*rows), rejected.append), rejected


@pytest.mark.parametrize("into", ["police", "upstream"])
def test_the_next_import_does_not_bring_it_back(store: SqlStore, into: str) -> None:
    released(store, *numbers(1, 2))
    cleared(store)
    released(store, *numbers(1, 2, 3), into=into)
    assert mobile(1) not in standing(store, into)
    assert mobile(3) in standing(store, into)


def test_a_dry_run_tells_by_which_decision_a_line_is_rejected(store: SqlStore) -> None:
    cleared(store)
    plan, rejected = looked_at(store, *numbers(1, 2))
    assert (plan.added, plan.flagged, [each.line for each in rejected]) == (1, 1, [3])
    assert str(rejected[0].reason).startswith("cleared by removal request q1 on ")


def test_a_refused_request_clears_nothing(store: SqlStore) -> None:
    cleared(store, accepted=False)
    released(store, *numbers(1))
    assert standing(store) == [mobile(1)]


def test_an_allow_list_takes_it(store: SqlStore) -> None:
    cleared(store)
    released(store, *numbers(1, action=Action.PASS), into="allow")
    assert standing(store, "allow") == [mobile(1)]


def test_a_person_may_put_it_back_by_hand(store: SqlStore) -> None:
    cleared(store)
    put_back(store)
    assert standing(store) == [mobile(1)]


def test_what_a_person_has_put_back_an_import_may_change(store: SqlStore) -> None:
    cleared(store)
    put_back(store)
    plan, rejected = looked_at(store, *numbers(1, action=Action.MONITOR))
    assert (plan.changed, rejected) == (1, [])


def test_the_latest_of_two_decisions_is_named(store: SqlStore) -> None:
    cleared(store)
    words = {"reason": "这是我的号码", "contact": "owner@example.test"}
    add_request(store, "again", parse_number(mobile(1)), within=timedelta(days=9), **words)
    decide_request(store, "again", accepted=True, reason="号码已换机主", by="chen")
    _, rejected = looked_at(store, *numbers(1))
    assert "removal request again on" in str(rejected[0].reason)


def test_an_import_planned_before_the_decision_is_not_released(store: SqlStore) -> None:
    version = prepared(store, *numbers(1, 2)).version
    cleared(store)
    assert version is not None
    with pytest.raises(ConflictError, match="cleared by removal request q1"):
        release(store, version.n, by="li")
    assert standing(store) == []


def test_another_import_planned_before_the_decision_is_released(store: SqlStore) -> None:
    version = prepared(store, *numbers(2)).version
    cleared(store)
    assert version is not None
    release(store, version.n, by="li")
    assert standing(store) == [mobile(2)]


def test_a_rollback_leaves_it_off_and_says_so(store: SqlStore) -> None:
    first = released(store, *numbers(1, 2))
    cleared(store)
    released(store, a_row(mobile(2), gone=True), *numbers(3))
    back = release(store, rollback(store, first.n, by="wang").n, by="li")
    assert standing(store) == [mobile(2)]
    assert back.origin.endswith(f"to {first.n} without 1 cleared numbers")


def test_a_rollback_takes_what_a_person_had_put_back_as_it_was(store: SqlStore) -> None:
    cleared(store)
    put_back(store)
    with store.reading() as connection:
        (before,) = export_rows(connection, "police")
    first = released(store, *numbers(2))
    released(store, *numbers(1, action=Action.MONITOR))
    release(store, rollback(store, first.n, by="wang").n, by="li")
    with store.reading() as connection:
        assert before in list(export_rows(connection, "police"))
