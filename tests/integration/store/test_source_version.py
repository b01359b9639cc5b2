"""An older file of a source does not bring back what a newer one has taken off."""

from __future__ import annotations

import pytest

from blacklists.pattern import parse_pattern
from contracts.number_list import EntryKind
from contracts.verdict import Action
from store.list_entry import NewEntry, add_entry
from store.list_export import export_rows
from store.list_import import Order, dry_run, prepare_import
from store.list_release import release
from store.list_rollback import rollback
from store.list_version import Version
from store.source_version import OldSourceError
from store.unit_of_work import SqlStore
from tests.fixtures.number_list_source import Written, mobile, numbers

pytestmark = pytest.mark.integration

OLD = Written(*numbers(1), source_version=7)
NEW = Written(*numbers(1, gone=True), source_version=8)


def prepared(store: SqlStore, source: Written, *, older: bool = False, into: str = "upstream") -> Version:
    order = Order("wang", "blocklist.json", older=older)
    version = prepare_import(store, into, source, order, print).version
    assert version is not None
    return version


def released(store: SqlStore, source: Written, *, older: bool = False) -> Version:
    return release(store, prepared(store, source, older=older).n, by="li")


def standing(store: SqlStore) -> list[str]:
    with store.reading() as connection:
        return [str(row.pattern) for row in export_rows(connection, "upstream")]


@pytest.fixture
def ended(store: SqlStore) -> SqlStore:
    """A list that took a number off with version 8 of its source."""
    released(store, OLD)
    released(store, NEW)
    return store


def test_an_older_file_is_refused_with_both_versions_and_the_way_on(ended: SqlStore) -> None:
    with pytest.raises(OldSourceError, match=r"list upstream: the file is version 7 .* holds 8 .* --older"):
        prepared(ended, OLD)


def test_a_file_of_the_same_version_is_refused(ended: SqlStore) -> None:
    with pytest.raises(OldSourceError):
        prepared(ended, Written(*numbers(2), source_version=8))


def test_a_dry_run_refuses_it_as_well(ended: SqlStore) -> None:
    with pytest.raises(OldSourceError):
        dry_run(ended, "upstream", OLD, print)


def test_an_older_file_is_taken_on_purpose(ended: SqlStore) -> None:
    released(ended, OLD, older=True)
    assert standing(ended) == [mobile(1)]


def test_after_one_taken_on_purpose_the_newer_file_is_newer_again(ended: SqlStore) -> None:
    released(ended, OLD, older=True)
    released(ended, NEW)
    assert standing(ended) == []


def test_an_older_file_prepared_before_a_newer_one_came_is_not_released(store: SqlStore) -> None:
    waiting = prepared(store, Written(*numbers(2), source_version=7))
    released(store, Written(*numbers(1), source_version=8))
    with pytest.raises(OldSourceError, match=rf"version {waiting.n}: .* discard it"):
        release(store, waiting.n, by="li")


def test_what_was_rolled_back_may_come_again(store: SqlStore) -> None:
    first = released(store, OLD)
    released(store, NEW)
    back = rollback(store, first.n, by="wang")
    release(store, back.n, by="li")
    released(store, NEW)
    assert standing(store) == []


def test_what_a_rollback_restores_is_held(ended: SqlStore) -> None:
    first = released(ended, Written(*numbers(3), source_version=9))
    released(ended, Written(*numbers(4), source_version=10))
    release(ended, rollback(ended, first.n, by="wang").n, by="li")
    with pytest.raises(OldSourceError, match="holds 9"):
        prepared(ended, Written(*numbers(5), source_version=9))


def test_going_back_to_the_empty_list_holds_no_version(ended: SqlStore) -> None:
    released(ended, Written(*numbers(3), source_version=9))
    release(ended, rollback(ended, 0, by="wang", list_name="upstream").n, by="li")
    assert prepared(ended, OLD).source_version == 7


def test_numbers_changed_by_hand_leave_the_source_version_alone(ended: SqlStore) -> None:
    entry = NewEntry(parse_pattern(mobile(9), EntryKind.EXACT), "fraud", Action.MONITOR)
    add_entry(ended, "upstream", entry, by="li", single_admin=True)
    with pytest.raises(OldSourceError):
        prepared(ended, OLD)


def test_another_list_holds_another_version(ended: SqlStore) -> None:
    assert prepared(ended, OLD, into="reports").source_version == 7
