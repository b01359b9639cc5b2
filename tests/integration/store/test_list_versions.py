"""A change of a number list is prepared, released by another person, and rolled back, whole or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from contracts.errors import BadInputError, ConflictError, NotFoundError
from contracts.number_list import EntryKind
from contracts.verdict import Action
from store.list_changes import changes_since, current_release, entries_since
from store.list_export import export_rows
from store.list_import import Order, Rows, dry_run, prepare_import
from store.list_release import discard, release
from store.list_rollback import rollback
from store.list_schema import list_entries, list_removals, list_versions
from store.list_version import SecondPersonError, Version, VersionState
from store.list_versions import MOST_VERSIONS, find_version, versions
from store.lists import list_row
from store.outbox import read_after
from store.unit_of_work import SqlStore
from tests.fixtures.number_list_source import Written, a_row, mobile, numbers

pytestmark = pytest.mark.integration


def prepared(store: SqlStore, source: Rows, into: str = "police", by: str = "wang") -> Version:
    version = prepare_import(store, into, source, Order(by, "suspects.csv"), print).version
    assert version is not None
    return version


def released(store: SqlStore, source: Rows, into: str = "police") -> Version:
    return release(store, prepared(store, source, into).n, by="li")


def standing(store: SqlStore, name: str = "police") -> dict[str, Action]:
    with store.reading() as connection:
        return {str(row.pattern): row.action for row in export_rows(connection, name)}


def rows_of(store: SqlStore, n: int) -> int:
    with store.reading() as connection:
        entries = select(func.count()).where(list_entries.c.version_n == n)
        removals = select(func.count()).where(list_removals.c.version_n == n)
        return int(connection.execute(entries).scalar_one() + connection.execute(removals).scalar_one())


def test_a_prepared_version_changes_nothing_before_its_release(store: SqlStore) -> None:
    version = prepared(store, Written(*numbers(1, 2)))
    assert (version.state, version.added, standing(store)) == (VersionState.PENDING, 2, {})


def test_a_released_version_is_in_force(store: SqlStore) -> None:
    version = released(store, Written(*numbers(1, 2)))
    assert standing(store) == {mobile(1): Action.REJECT, mobile(2): Action.REJECT}
    with store.reading() as connection:
        assert list_row(connection, "police").list.version == version.n


def test_a_dry_run_writes_nothing(store: SqlStore) -> None:
    plan = dry_run(store, "police", Written(*numbers(1, 2)), print)
    with store.reading() as connection:
        assert (plan.added, versions(connection)) == (2, ())
        assert connection.execute(select(func.count()).select_from(list_entries)).scalar_one() == 0


def test_importing_the_same_again_makes_no_version(store: SqlStore) -> None:
    released(store, Written(*numbers(1, 2)))
    again = prepare_import(store, "police", Written(*numbers(1, 2)), Order("wang", "again"), print)
    assert (again.version, again.plan.unchanged) == (None, 2)


def test_a_changed_and_an_ended_entry_leave_the_others_alone(store: SqlStore) -> None:
    released(store, Written(*numbers(1, 2, 3)))
    changed, gone = a_row(mobile(1), action=Action.MONITOR), a_row(mobile(2), gone=True)
    version = released(store, Written(changed, gone))
    assert (version.added, version.changed, version.expired) == (0, 1, 1)
    assert standing(store) == {mobile(1): Action.MONITOR, mobile(3): Action.REJECT}


def test_every_field_of_an_entry_comes_back(store: SqlStore) -> None:
    row = a_row(
        "0536", EntryKind.PREFIX, shadow=True, note="=1+1 备注", valid_from=9, expires_at=1 << 33, review_at=7
    )
    released(store, Written(row))
    with store.reading() as connection:
        assert list(export_rows(connection, "police")) == [row]


def test_an_import_longer_than_a_transaction_is_whole(store: SqlStore) -> None:
    rows = [a_row(f"+86138{n:08}", line=n) for n in range(10_501)]
    version = released(store, Written(*rows))
    assert (version.added, len(standing(store))) == (10_501, 10_501)


def test_an_import_that_breaks_off_leaves_no_row(store: SqlStore) -> None:
    class Broken(Written):
        def rows(self):  # type: ignore[no-untyped-def]
            yield from (a_row(f"+86138{n:08}", line=n) for n in range(30_000))
            raise OSError("the file ends here")

    with pytest.raises(OSError, match="ends here"):
        prepared(store, Broken())
    with store.reading() as connection:
        (version,) = versions(connection)
    assert (version.state, rows_of(store, version.n)) == (VersionState.DISCARDED, 0)


@pytest.mark.parametrize(
    ("into", "hours", "state"),
    [("police", 0, "discarded"), ("allow", 2, "discarded"), ("allow", 0, "planning")],
)
def test_what_a_crash_left_is_cleared_away_by_the_next_import(
    store: SqlStore, into: str, hours: int, state: str
) -> None:
    lost = prepared(store, Written(*numbers(1, 2)))
    with store.writing() as connection:
        planning = update(list_versions).where(list_versions.c.n == lost.n)
        connection.execute(planning.values(state=VersionState.PLANNING))
    store.clock_offset += timedelta(hours=hours)
    prepared(store, Written(*numbers(3)), into=into)
    with store.reading() as connection:
        assert find_version(connection, lost.n).state == state
    assert rows_of(store, lost.n) == (0 if state == "discarded" else 2)


def test_an_import_overtaken_by_another_of_the_same_list_gives_up(store: SqlStore) -> None:
    class Overtaken(Written):
        def rows(self):  # type: ignore[no-untyped-def]
            yield from (a_row(f"+86138{n:08}", line=n) for n in range(20_000))
            prepared(store, Written(*numbers(1)))
            yield from numbers(2)

    with pytest.raises(ConflictError, match="another import"):
        prepared(store, Overtaken())
    with store.reading() as connection:
        newest, oldest = versions(connection)
    assert (newest.state, oldest.state, rows_of(store, oldest.n)) == ("pending", "discarded", 0)


def test_an_unknown_list_is_refused_with_the_names_there_are(store: SqlStore) -> None:
    with pytest.raises(NotFoundError, match="allow, police, protected, reports, upstream"):
        dry_run(store, "polic", Written(), print)


@pytest.mark.parametrize(
    ("into", "rows"),
    [
        ("police", numbers(*range(11))),
        ("police", (a_row("0536", EntryKind.PREFIX),)),
        ("police", (a_row("19900000000..19900000009", EntryKind.RANGE),)),
        ("allow", numbers(1)),
        ("protected", numbers(1)),
    ],
)
def test_a_bulk_wide_or_passing_change_needs_a_second_person(store: SqlStore, into: str, rows: tuple) -> None:  # type: ignore[type-arg]
    version = prepared(store, Written(*rows), into=into)
    with pytest.raises(SecondPersonError):
        release(store, version.n, by="wang")
    assert release(store, version.n, by="wang", single_admin=True).released_by == "wang"


def test_ending_a_prefix_needs_a_second_person_too(store: SqlStore) -> None:
    released(store, Written(a_row("0536", EntryKind.PREFIX)))
    version = prepared(store, Written(a_row("0536", EntryKind.PREFIX, gone=True)))
    with pytest.raises(SecondPersonError):
        release(store, version.n, by="wang")


def test_few_numbers_are_released_by_whoever_prepared_them(store: SqlStore) -> None:
    version = prepared(store, Written(*numbers(*range(10))))
    assert release(store, version.n, by="wang").state is VersionState.RELEASED


def test_a_version_is_released_once(store: SqlStore) -> None:
    version = released(store, Written(*numbers(1)))
    with pytest.raises(ConflictError, match="is released, not pending"):
        release(store, version.n, by="li")


def test_a_pattern_in_force_meanwhile_is_a_conflict_and_changes_nothing(store: SqlStore) -> None:
    late = prepared(store, Written(*numbers(1, 2)))
    other = prepared(store, Written(*numbers(2, action=Action.MONITOR)))
    release(store, other.n, by="li")
    with pytest.raises(ConflictError, match="prepare it again"):
        release(store, late.n, by="li")
    assert standing(store) == {mobile(2): Action.MONITOR}


def test_an_entry_ended_meanwhile_is_a_conflict_and_changes_nothing(store: SqlStore) -> None:
    released(store, Written(*numbers(1)))
    late = prepared(store, Written(*numbers(1, action=Action.MONITOR), *numbers(5)))
    released(store, Written(*numbers(1, gone=True)))
    with pytest.raises(ConflictError, match="prepare it again"):
        release(store, late.n, by="li")
    assert standing(store) == {}


def test_a_discarded_version_cannot_be_released_and_leaves_no_row(store: SqlStore) -> None:
    released(store, Written(*numbers(1)))
    version = prepared(store, Written(*numbers(2), *numbers(1, gone=True)))
    assert discard(store, version.n, by="li").released_by == "li"
    assert rows_of(store, version.n) == 0
    with pytest.raises(ConflictError, match="discarded"):
        release(store, version.n, by="li")


def test_a_rollback_brings_back_the_state_right_after_a_version(store: SqlStore) -> None:
    first = released(store, Written(*numbers(1, 2, 3)))
    before = standing(store)
    released(store, Written(*numbers(1, gone=True), *numbers(2, action=Action.PASS), *numbers(4)))
    released(store, Written(*numbers(1, action=Action.INDICATE), *numbers(5)))
    back = rollback(store, first.n, by="wang")
    assert (back.added, back.changed, back.expired, back.restores) == (0, 2, 2, first.n)
    assert release(store, back.n, by="li").origin == f"rollback of {back.based_on} to {first.n}"
    assert standing(store) == before


def test_a_rollback_can_be_rolled_back(store: SqlStore) -> None:
    first = released(store, Written(*numbers(1)))
    second = released(store, Written(*numbers(2), *numbers(1, gone=True)))
    release(store, rollback(store, first.n, by="wang").n, by="li")
    release(store, rollback(store, second.n, by="wang").n, by="li")
    assert standing(store) == {mobile(2): Action.REJECT}


def test_a_rollback_leaves_other_lists_alone(store: SqlStore) -> None:
    released(store, Written(*numbers(1)))
    released(store, Written(*numbers(2)), into="upstream")
    release(store, rollback(store, 0, by="wang", list_name="police").n, by="li")
    assert (standing(store), standing(store, "upstream")) == ({}, {mobile(2): Action.REJECT})


def test_a_rollback_of_a_list_that_was_changed_meanwhile_is_a_conflict(store: SqlStore) -> None:
    first = released(store, Written(*numbers(1)))
    released(store, Written(*numbers(2)))
    back = rollback(store, first.n, by="wang")
    released(store, Written(*numbers(3)))
    with pytest.raises(ConflictError, match="prepare it again"):
        release(store, back.n, by="li")


def test_a_rollback_to_what_is_in_force_is_refused_and_leaves_no_version(store: SqlStore) -> None:
    first = released(store, Written(*numbers(1)))
    with pytest.raises(ConflictError, match="nothing has changed"):
        rollback(store, first.n, by="wang")
    with store.reading() as connection:
        assert len(versions(connection)) == 1


def test_only_a_released_version_can_be_gone_back_to(store: SqlStore) -> None:
    version = prepared(store, Written(*numbers(1)))
    with pytest.raises(ConflictError, match="pending"):
        rollback(store, version.n, by="wang")


def test_version_0_is_that_of_a_list_that_is_named(store: SqlStore) -> None:
    with pytest.raises(BadInputError, match="say of which"):
        rollback(store, 0, by="wang")


def test_releases_of_all_lists_are_counted_together_and_told(store: SqlStore) -> None:
    first = released(store, Written(*numbers(1)))
    second = released(store, Written(*numbers(1)), into="upstream")
    with store.reading() as connection:
        assert current_release(connection) == 2
    told = [event.refs for event in read_after(store, 0) if event.kind == "list_released"]
    assert told == [
        {"list": "police", "version": str(first.n), "release": "1"},
        {"list": "upstream", "version": str(second.n), "release": "2"},
    ]


def test_what_later_releases_changed_is_told_for_the_overlay(store: SqlStore) -> None:
    released(store, Written(*numbers(1, 2, 3)))
    released(store, Written(*numbers(1, action=Action.MONITOR), *numbers(2, gone=True), *numbers(4)))
    released(store, Written(*numbers(4, gone=True)))
    with store.reading() as connection:
        ids = {entry.pattern: entry.id for entry in entries_since(connection, 0)[0]}
        added, removed = entries_since(connection, 1)
        old = connection.execute(select(list_entries.c.n).where(list_entries.c.since == 1)).scalars()
        gone = {str(n) for n in old} - {ids[mobile(3)]}
    assert [(entry.pattern, entry.action, entry.list) for entry in added] == [
        (mobile(1), Action.MONITOR, "police")
    ]
    assert set(removed) == gone


def test_an_entry_that_came_and_went_since_is_neither_added_nor_removed(store: SqlStore) -> None:
    released(store, Written(*numbers(1)))
    released(store, Written(*numbers(2)))
    released(store, Written(*numbers(2, gone=True)))
    with store.reading() as connection:
        assert entries_since(connection, 1) == ((), ())


def test_changes_are_counted_by_entries_added_and_removed(store: SqlStore) -> None:
    released(store, Written(*numbers(1, 2)))
    released(store, Written(*numbers(1, action=Action.MONITOR), *numbers(2, gone=True), *numbers(3)))
    with store.reading() as connection:
        assert [changes_since(connection, base) for base in (0, 1, 2)] == [6, 4, 0]


def test_what_awaits_its_release_is_shown_however_old_it_is(store: SqlStore) -> None:
    old = prepared(store, Written(*numbers(1)))
    discarded = [prepared(store, Written(*numbers(2))).n for _ in range(MOST_VERSIONS)]
    with store.writing() as connection:
        of_these = update(list_versions).where(list_versions.c.n.in_(discarded))
        connection.execute(of_these.values(state=VersionState.DISCARDED))
    with store.reading() as connection:
        shown = [version.n for version in versions(connection, "police")]
    assert shown == [*reversed(discarded), old.n]
