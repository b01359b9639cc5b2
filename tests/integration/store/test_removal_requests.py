"""Requests to be taken off the lists, and their answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from blacklists.normalise import parse_number
from blacklists.pattern import parse_pattern
from contracts.errors import ConflictError, NotFoundError
from contracts.number_list import EntryKind
from contracts.verdict import Action
from store.list_entry import NewEntry, add_entry, remove_entry
from store.list_versions import versions
from store.outbox import read_after
from store.overlay import read_overlay
from store.removal_requests import (
    RemovalRequest,
    add_request,
    decide_request,
    list_requests,
    read_request,
)
from store.report_schema import RemovalState
from store.second_person import OwnListingError
from store.unit_of_work import SqlStore
from tests.fixtures.told_calls import CALLER, four_residents_report

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("duty")]


def asked(store: SqlStore, request_id: str = "q1", *, days: float = 10) -> RemovalRequest:
    words = {"reason": "这是我的号码", "contact": "owner@example.test"}
    return add_request(store, request_id, parse_number(CALLER), within=timedelta(days=days), **words)


def answered(
    store: SqlStore,
    request_id: str = "q1",
    *,
    accepted: bool = True,
    by: str = "chen",
    single_admin: bool = False,
) -> RemovalRequest:
    words = {"reason": "号码已换机主", "by": by}
    return decide_request(store, request_id, accepted=accepted, single_admin=single_admin, **words)


def listed(
    store: SqlStore,
    name: str = "police",
    text: str = CALLER,
    kind: EntryKind = EntryKind.EXACT,
    by: str = "li",
) -> None:
    entry = NewEntry(parse_pattern(text, kind), "suspect", Action.REJECT)
    add_entry(store, name, entry, by=by, single_admin=True)


def lists_of(store: SqlStore) -> list[str]:
    return sorted(entry.list for entry in read_overlay(store, 0).added)


def test_a_request_has_a_deadline(store: SqlStore) -> None:
    request = asked(store)
    assert request.deadline_at - request.requested_at == timedelta(days=10)


def test_a_request_is_overdue_past_its_deadline(store: SqlStore) -> None:
    asked(store)
    before = [overdue for _, overdue in list_requests(store)]
    store.clock_offset += timedelta(days=10)
    assert (before, [overdue for _, overdue in list_requests(store)]) == ([False], [True])


def test_an_answered_request_is_never_overdue(store: SqlStore) -> None:
    asked(store)
    answered(store, accepted=False)
    store.clock_offset += timedelta(days=99)
    assert [overdue for _, overdue in list_requests(store)] == [False]


def test_requests_stand_by_deadline_and_the_answered_last(store: SqlStore) -> None:
    for request_id, days in (("late", 9), ("soon", 1), ("done", 5)):
        asked(store, request_id, days=days)
    answered(store, "done")
    assert [request.id for request, _ in list_requests(store)] == ["soon", "late", "done"]


def test_an_acceptance_ends_the_numbers_entries_on_hard_and_score_lists(store: SqlStore) -> None:
    for name in ("police", "upstream", "allow"):
        listed(store, name)
    asked(store)
    assert answered(store).entries_ended == 2
    assert lists_of(store) == ["allow"]


def test_each_ended_entry_is_a_version_that_names_the_request(store: SqlStore) -> None:
    listed(store)
    asked(store)
    answered(store)
    with store.reading() as connection:
        newest = versions(connection, "police")[0]
    assert (newest.origin, newest.released_by) == ("removal request q1", "chen")


def test_who_listed_a_number_does_not_accept_its_removal(store: SqlStore) -> None:
    listed(store, by="li")
    asked(store)
    with pytest.raises(OwnListingError, match="list police: li has listed the number; another person"):
        answered(store, by="li")
    assert (lists_of(store), read_request(store, "q1").state) == (["police"], RemovalState.OPEN)


def test_who_listed_a_number_on_one_list_of_several_does_not_accept_its_removal(store: SqlStore) -> None:
    listed(store, by="chen")
    listed(store, "upstream", by="li")
    asked(store)
    with pytest.raises(OwnListingError):
        answered(store, by="li")
    assert lists_of(store) == ["police", "upstream"]


def test_who_listed_a_number_may_refuse_its_removal(store: SqlStore) -> None:
    listed(store, by="li")
    asked(store)
    assert answered(store, accepted=False, by="li").state is RemovalState.REFUSED


def test_an_admin_who_is_alone_accepts_the_removal_of_what_they_listed(store: SqlStore) -> None:
    listed(store, by="li")
    asked(store)
    assert answered(store, by="li", single_admin=True).entries_ended == 1


def test_an_entry_that_ended_long_ago_keeps_nobody_from_accepting(store: SqlStore) -> None:
    listed(store, by="li")
    remove_entry(store, "police", parse_pattern(CALLER, EntryKind.EXACT), by="li", single_admin=True)
    asked(store)
    assert answered(store, by="li").state is RemovalState.ACCEPTED


def test_prefixes_that_cover_the_number_stay(store: SqlStore) -> None:
    listed(store, text="+8619900", kind=EntryKind.PREFIX)
    asked(store)
    assert answered(store).entries_ended == 0
    assert lists_of(store) == ["police"]


def test_an_acceptance_takes_the_reputation_away(store: SqlStore) -> None:
    four_residents_report(store)
    asked(store)
    before = [standing.score > 0 for standing in read_overlay(store, 0).standings]
    answered(store)
    assert (before, read_overlay(store, 0).standings) == ([True], ())


def test_a_refusal_leaves_everything_and_says_why(store: SqlStore) -> None:
    listed(store)
    asked(store)
    request = answered(store, accepted=False)
    assert (request.state, request.answer, request.decided_by) == (
        RemovalState.REFUSED,
        "号码已换机主",
        "chen",
    )
    assert lists_of(store) == ["police"]


def test_a_request_is_answered_once(store: SqlStore) -> None:
    asked(store)
    answered(store, accepted=False)
    with pytest.raises(ConflictError, match="refused already"):
        answered(store)
    assert read_request(store, "q1").state is RemovalState.REFUSED


def test_an_unknown_request_is_not_found(store: SqlStore) -> None:
    with pytest.raises(NotFoundError):
        answered(store)


def test_the_facts_are_told_without_number_and_contact(store: SqlStore) -> None:
    asked(store)
    answered(store)
    told = [(event.kind, event.refs) for event in read_after(store, 0) if event.kind.startswith("removal")]
    assert told == [
        ("removal_requested", {"request_id": "q1", "state": "open"}),
        ("removal_decided", {"request_id": "q1", "state": "accepted"}),
    ]
