"""What one person may do to a number list alone, and what waits for another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from blacklists.normalise import parse_number
from blacklists.pattern import Pattern, parse_pattern
from contracts.number_list import EntryKind
from contracts.verdict import Action
from store.list_entry import NewEntry, add_entry, remove_entry
from store.list_import import Order, prepare_import
from store.list_release import release
from store.list_rollback import rollback
from store.list_version import SecondPersonError, Version, VersionState
from store.removal_requests import add_request, decide_request
from store.second_person import MOST_ALONE
from store.unit_of_work import SqlStore
from tests.fixtures.number_list_source import Written, mobile, numbers

pytestmark = pytest.mark.integration

SOON, LATE = (datetime(year, 3, 1, tzinfo=UTC) for year in (2098, 2099))
PENDING, RELEASED = VersionState.PENDING, VersionState.RELEASED


def exact(number: str) -> Pattern:
    return parse_pattern(number, EntryKind.EXACT)


def added(
    store: SqlStore, number: str = mobile(1), into: str = "police", by: str = "wang", **fields: object
) -> VersionState:
    words: dict[str, object] = {"category": "fraud", "action": Action.REJECT}
    version = add_entry(store, into, NewEntry(exact(number), **(words | fields)), by=by)  # type: ignore[arg-type]
    assert version is not None
    return version.state


def prepared(store: SqlStore, *ns: int, **fields: object) -> Version:
    version = prepare_import(
        store, "police", Written(*numbers(*ns, **fields)), Order("wang", "f"), print
    ).version
    assert version is not None
    return version


@pytest.mark.parametrize("into", ["police", "upstream"])
@pytest.mark.parametrize("action", [Action.PASS, Action.INDICATE])
def test_an_entry_that_lets_a_number_through_waits_for_another(
    store: SqlStore, into: str, action: Action
) -> None:
    assert added(store, into=into, action=action) is PENDING


@pytest.mark.parametrize(
    "fields", [{"action": Action.MONITOR}, {"action": Action.PASS, "shadow": True}, {"valid_from": SOON}]
)
def test_an_entry_that_lets_nothing_through_is_in_force_at_once(
    store: SqlStore, fields: dict[str, object]
) -> None:
    assert added(store, **fields) is RELEASED


@pytest.mark.parametrize(
    "fields",
    [
        {"action": Action.PASS},
        {"action": Action.MONITOR},
        {"shadow": True},
        {"expires_at": SOON},
        {"expires_at": LATE, "valid_from": SOON},
    ],
)
def test_an_entry_made_milder_waits_for_another(store: SqlStore, fields: dict[str, object]) -> None:
    added(store, expires_at=LATE)
    assert added(store, **{"expires_at": LATE, **fields}) is PENDING


@pytest.mark.parametrize(
    "fields",
    [
        {"action": Action.REJECT},
        {"action": Action.MONITOR, "note": "seen again"},
        {"action": Action.MONITOR, "expires_at": None},
    ],
)
def test_an_entry_made_harsher_or_longer_is_in_force_at_once(
    store: SqlStore, fields: dict[str, object]
) -> None:
    added(store, action=Action.MONITOR, expires_at=LATE)
    assert added(store, **{"expires_at": LATE, **fields}) is RELEASED


@pytest.mark.parametrize("into", ["police", "upstream"])
def test_the_removal_of_an_entry_waits_for_another(store: SqlStore, into: str) -> None:
    added(store, into=into, action=Action.MONITOR)
    assert remove_entry(store, into, exact(mobile(1)), by="wang").state is PENDING


def test_the_removal_of_a_shadow_is_in_force_at_once(store: SqlStore) -> None:
    added(store, shadow=True)
    assert remove_entry(store, "police", exact(mobile(1)), by="wang").state is RELEASED


def test_the_removal_of_what_has_expired_is_in_force_at_once(store: SqlStore) -> None:
    added(store, expires_at=SOON)
    store.clock_offset += timedelta(days=365 * 80)
    assert remove_entry(store, "police", exact(mobile(1)), by="wang").state is RELEASED


def test_an_accepted_removal_request_takes_a_number_off_at_once(store: SqlStore) -> None:
    added(store)
    words = {"reason": "这是我的号码", "contact": "owner@example.test"}
    add_request(store, "q1", parse_number(mobile(1)), within=timedelta(days=9), **words)
    decide_request(store, "q1", accepted=True, reason="号码已换机主", by="li")
    assert added(store, note="back again") is RELEASED


@pytest.mark.parametrize("code", ["110", "96110", "95588"])
def test_an_entry_against_a_protected_code_waits_for_another(store: SqlStore, code: str) -> None:
    assert added(store, code) is PENDING


def test_a_rollback_that_takes_entries_off_waits_for_another(store: SqlStore) -> None:
    first = release(store, prepared(store, 1).n, by="wang")
    release(store, prepared(store, 2).n, by="wang")
    back = rollback(store, first.n, by="wang")
    with pytest.raises(SecondPersonError, match="the removal of an entry is released by another person"):
        release(store, back.n, by="wang")


def test_single_entries_of_one_person_add_up_to_a_bulk_change(store: SqlStore) -> None:
    states = [added(store, mobile(n)) for n in range(MOST_ALONE + 1)]
    assert states == [RELEASED] * MOST_ALONE + [PENDING]


def test_what_two_released_together_is_not_counted_as_one_persons(store: SqlStore) -> None:
    release(store, prepared(store, *range(MOST_ALONE)).n, by="li")
    assert added(store, mobile(99)) is RELEASED


def test_another_person_and_another_list_have_a_count_of_their_own(store: SqlStore) -> None:
    release(store, prepared(store, *range(MOST_ALONE)).n, by="wang")
    assert [added(store, mobile(99), by="li"), added(store, into="upstream")] == [RELEASED, RELEASED]


def test_a_day_later_one_person_may_change_entries_again(store: SqlStore) -> None:
    release(store, prepared(store, *range(MOST_ALONE)).n, by="wang")
    store.clock_offset += timedelta(hours=24)
    assert added(store, mobile(99)) is RELEASED


def test_a_small_import_that_lets_numbers_through_is_released_by_another(store: SqlStore) -> None:
    version = prepared(store, 1, 2, action=Action.PASS)
    with pytest.raises(SecondPersonError, match="action pass"):
        release(store, version.n, by="wang")
    assert release(store, version.n, by="li").released_by == "li"
