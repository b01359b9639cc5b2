"""One entry as a version of its own; what a version would touch; the lists there are; the compiled file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from structlog.testing import capture_logs

from blacklists.export import write_csv
from blacklists.list_file import ListFile, pair_key
from blacklists.lists import NumberLists
from blacklists.normalise import parse_number
from blacklists.pattern import Pattern, parse_pattern
from blacklists.reason import Why
from contracts.errors import BadInputError, ConflictError, NotFoundError
from contracts.node_api import Overlay
from contracts.number_list import EntryKind, ListKind, NumberList
from contracts.verdict import Action
from store.import_lines import read_notices
from store.list_changes import entries_since
from store.list_compile import compile_list_file, path_of
from store.list_entry import NewEntry, add_entry, remove_entry
from store.list_export import export_rows
from store.list_import import Order, prepare_import
from store.list_release import release
from store.list_rollback import rollback
from store.list_schema import list_entries
from store.list_version import Impact, Version, VersionState
from store.lists import MOST_LISTS, create_list, entry_counts, number_lists
from store.schema import calls
from store.unit_of_work import SqlStore
from tests.fixtures.number_list_source import Written, a_row, mobile, numbers

pytestmark = pytest.mark.integration

NOW = datetime(2099, 3, 1, tzinfo=UTC)


def exact(n: int) -> Pattern:
    return parse_pattern(mobile(n), EntryKind.EXACT)


def added(store: SqlStore, n: int = 1, into: str = "police", **fields: object) -> Version | None:
    words: dict[str, object] = {"category": "fraud", "action": Action.REJECT}
    return add_entry(store, into, NewEntry(exact(n), **(words | fields)), by="wang")  # type: ignore[arg-type]


def imported(store: SqlStore, source: Written, into: str = "police") -> Version:
    version = prepare_import(store, into, source, Order("wang", "file"), print).version
    assert version is not None
    return version


def patterns(store: SqlStore) -> list[str]:
    with store.reading() as connection:
        return [entry.pattern for entry in entries_since(connection, 0)[0]]


def compiled(store: SqlStore, folder: Path, pairs: tuple[int, ...] = ()) -> ListFile:
    ref = compile_list_file(store, folder, lambda _: pairs)
    return ListFile.open(path_of(folder, ref.sha256))


def over(file: ListFile) -> NumberLists:
    overlay = Overlay(version="1", base=file.ref.release, release=file.ref.release, lists=file.lists)
    return NumberLists(file, overlay)


def a_call(store: SqlStore, n: int, caller: str, *, days_ago: int = 0) -> None:
    with store.writing() as connection:
        at = store.now(connection)
        row = {"id": f"call-{n}", "node": "n", "trunk": "t", "caller_raw": caller, "caller": caller}
        more = {"called": "1", "degraded": False, "started_at": at - timedelta(days=days_ago)}
        connection.execute(insert(calls).values(**row, **more))


def test_one_number_is_in_force_at_once(store: SqlStore) -> None:
    version = added(store)
    assert version is not None
    assert (version.state, version.origin, patterns(store)) == ("released", "one entry", [mobile(1)])


def test_one_entry_on_an_allow_list_awaits_a_second_person(store: SqlStore) -> None:
    version = added(store, into="allow", action=Action.PASS)
    assert version is not None
    assert (version.state, patterns(store)) == (VersionState.PENDING, [])


def test_an_entry_that_stands_already_makes_no_version(store: SqlStore) -> None:
    added(store)
    assert added(store) is None


def test_an_entry_with_other_words_takes_the_place_of_the_first(store: SqlStore) -> None:
    added(store)
    version = added(store, action=Action.REJECT, category="loan fraud")
    assert version is not None
    assert (version.changed, patterns(store)) == (1, [mobile(1)])


def test_a_removed_entry_is_in_force_no_more(store: SqlStore) -> None:
    added(store)
    version = remove_entry(
        store, "police", exact(1), by="wang", origin="removal request 7", single_admin=True
    )
    assert (version.expired, version.origin, patterns(store)) == (1, "removal request 7", [])


def test_removing_what_is_not_there_is_told(store: SqlStore) -> None:
    with pytest.raises(NotFoundError, match="no entry"):
        remove_entry(store, "police", exact(1), by="wang")


@pytest.mark.parametrize(
    "fields",
    [
        {"category": " "},
        {"category": "x" * 65},
        {"note": "x" * 1001},
        {"evidence": "a\x00b"},
        {"expires_at": NOW.replace(year=2020)},
        {"valid_from": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))},
        {"valid_from": datetime(1969, 12, 31, tzinfo=UTC)},
        {"expires_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-12)))},
        {"review_at": datetime(1, 1, 1, tzinfo=UTC)},
        {"valid_from": NOW, "expires_at": NOW},
    ],
)
def test_an_entry_no_import_would_take_is_refused(store: SqlStore, fields: dict[str, object]) -> None:
    with pytest.raises(BadInputError):
        added(store, **fields)
    assert patterns(store) == []


def test_the_impact_counts_known_numbers_of_all_lists_once(store: SqlStore) -> None:
    for into, ns in (("police", (1, 2)), ("upstream", (2, 1003))):
        release(store, imported(store, Written(*numbers(*ns)), into).n, by="li")
    blocks = (a_row("+86199000000", EntryKind.PREFIX), a_row("+861990000", EntryKind.PREFIX, line=3))
    impact = imported(store, Written(*blocks)).impact
    assert impact == Impact(patterns=2, looked_at=2, known_numbers=4, recent_calls=0)


@pytest.mark.parametrize(
    ("pattern", "kind", "count"),
    [
        (mobile(1), EntryKind.EXACT, 1),
        ("+861990000", EntryKind.PREFIX, 2),
        (f"{mobile(2)}..{mobile(9)}", EntryKind.RANGE, 1),
        ("+8618", EntryKind.PREFIX, 0),
    ],
)
def test_the_impact_counts_calls_of_the_last_30_days(
    store: SqlStore, pattern: str, kind: EntryKind, count: int
) -> None:
    a_call(store, 1, mobile(1))
    a_call(store, 2, mobile(2))
    a_call(store, 3, mobile(1), days_ago=31)
    impact = imported(store, Written(a_row(pattern, kind))).impact
    assert impact is not None
    assert impact.recent_calls == count


def test_the_impact_counts_what_is_taken_away(store: SqlStore) -> None:
    a_call(store, 1, mobile(1))
    release(store, imported(store, Written(*numbers(1, 2, 3))).n, by="li")
    back = rollback(store, 0, by="wang", list_name="police")
    assert back.impact == Impact(patterns=3, looked_at=3, known_numbers=0, recent_calls=1)


def test_the_impact_counts_a_single_removal(store: SqlStore) -> None:
    a_call(store, 1, mobile(1))
    added(store)
    removed = remove_entry(store, "police", exact(1), by="wang")
    assert removed.impact == Impact(patterns=1, looked_at=1, known_numbers=0, recent_calls=1)


def test_the_impact_counts_what_is_changed_once(store: SqlStore) -> None:
    release(store, imported(store, Written(*numbers(1))).n, by="li")
    impact = imported(store, Written(*numbers(1, note="again"))).impact
    assert impact is not None
    assert (impact.patterns, impact.looked_at) == (1, 1)


def test_an_entry_against_a_protected_code_is_flagged(store: SqlStore) -> None:
    entry = NewEntry(parse_pattern("110", EntryKind.EXACT), "fraud", Action.REJECT)
    version = add_entry(store, "police", entry, by="wang", single_admin=True)
    assert version is not None
    with store.reading() as connection:
        (notice,) = read_notices(connection, version.n)
    assert (version.flagged, notice.reason.why) == (1, Why.AGAINST_CODE)


def test_the_impact_of_a_large_import_says_how_much_was_looked_at(store: SqlStore) -> None:
    rows = [a_row(f"+86138{n:08}", line=n) for n in range(1200)]
    impact = imported(store, Written(*rows)).impact
    assert impact is not None
    assert (impact.patterns, impact.looked_at) == (1200, 1000)


def test_a_new_list_takes_entries(store: SqlStore) -> None:
    create_list(store, "banks", ListKind.SCORE, 30, "青州反诈中心")
    added(store, into="banks")
    with store.reading() as connection:
        found = {each.name: each for each in number_lists(connection)}
        counts = entry_counts(connection)
    assert found["banks"] == NumberList(
        name="banks", kind=ListKind.SCORE, precedence=30, owner="青州反诈中心", version=1
    )
    assert (counts["banks"], counts["police"]) == (1, 0)


def test_two_lists_of_one_name_are_refused(store: SqlStore) -> None:
    with pytest.raises(ConflictError, match="police"):
        create_list(store, "police", ListKind.HARD, 5, "96110")


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 41, "a\nb", "a\n", "/", "..", "a/b", "a b", "银行", "Banks", "lookup"]
)
def test_a_name_that_no_address_can_carry_is_refused(store: SqlStore, name: str) -> None:
    with pytest.raises(BadInputError, match="name"):
        create_list(store, name, ListKind.HARD, 5, "96110")


@pytest.mark.parametrize("name", ["x", "x" * 40, "banks_2-a", "lookups"])
def test_a_plain_name_is_taken(store: SqlStore, name: str) -> None:
    assert create_list(store, name, ListKind.HARD, 5, "96110").name == name


@pytest.mark.parametrize("owner", ["", " ", "x" * 81, "a\nb"])
def test_a_list_without_a_proper_owner_is_refused(store: SqlStore, owner: str) -> None:
    with pytest.raises(BadInputError, match="owner"):
        create_list(store, "banks", ListKind.HARD, 5, owner)


def test_there_are_no_more_lists_than_a_look_up_may_walk(store: SqlStore) -> None:
    with store.reading() as connection:
        there = len(number_lists(connection))
    for n in range(MOST_LISTS - there):
        create_list(store, f"list-{n}", ListKind.SCORE, 50, "96110")
    with pytest.raises(ConflictError, match="64 lists"):
        create_list(store, "one-more", ListKind.SCORE, 50, "96110")


def counted(store: SqlStore) -> tuple[int, int]:
    """Return the entries in force of the police list: as kept with it, and one by one."""
    with store.reading() as connection:
        return entry_counts(connection)["police"], len(list(export_rows(connection, "police")))


def test_the_count_of_entries_follows_every_release(store: SqlStore) -> None:
    first = release(store, imported(store, Written(*numbers(1, 2, 3))).n, by="li").n
    counts = [counted(store)]
    changed, gone = a_row(mobile(1), action=Action.MONITOR), a_row(mobile(2), gone=True)
    imported(store, Written(*numbers(8)))
    release(store, imported(store, Written(changed, gone, *numbers(4, 5, 6))).n, by="li")
    counts.append(counted(store))
    remove_entry(store, "police", exact(3), by="wang", single_admin=True)
    counts.append(counted(store))
    release(store, rollback(store, first, by="wang").n, by="li")
    counts.append(counted(store))
    assert counts == [(3, 3), (5, 5), (4, 4), (3, 3)]


@pytest.fixture
def file(store: SqlStore, tmp_path: Path) -> Iterator[ListFile]:
    rows = (a_row("0536", EntryKind.PREFIX), *numbers(1, expires_at=int(NOW.timestamp())), *numbers(2, 3))
    release(store, imported(store, Written(*rows)).n, by="li")
    remove_entry(store, "police", exact(3), by="wang", single_admin=True)
    imported(store, Written(*numbers(4)))
    with compiled(store, tmp_path / "lists", (pair_key(mobile(7), "resident-1"),)) as opened:
        yield opened


def test_the_compiled_file_holds_what_is_in_force_and_nothing_else(file: ListFile) -> None:
    lists = over(file)
    found = [lists.find(parse_number(mobile(n)), NOW).exact for n in (2, 3, 4)]
    assert [len(hits) for hits in found] == [1, 0, 0]
    assert (file.entries, file.ref.release) == (3, 2)


def test_the_compiled_file_knows_prefixes_and_who_is_familiar(file: ListFile) -> None:
    lists = over(file)
    (hit,) = lists.find(parse_number("05361234567"), NOW).covering
    assert (hit.list.name, hit.category, hit.action) == ("police", "fraud", Action.REJECT)
    assert lists.is_familiar(parse_number(mobile(7)), "resident-1")


def test_an_entry_of_the_compiled_file_ends_when_it_expires(file: ListFile) -> None:
    before = NOW - timedelta(days=1)
    found = [over(file).find(parse_number(mobile(1)), now).exact for now in (before, NOW)]
    assert [len(hits) for hits in found] == [1, 0]


def test_a_database_without_entries_compiles_too(store: SqlStore, tmp_path: Path) -> None:
    with compiled(store, tmp_path / "lists") as file:
        assert (file.entries, file.ref.release, len(file.lists)) == (0, 0, 5)


def test_times_beyond_the_files_32_bits_never_come(store: SqlStore, tmp_path: Path) -> None:
    rows = (*numbers(1, expires_at=1 << 33), *numbers(2, valid_from=1 << 33))
    release(store, imported(store, Written(*rows)).n, by="li")
    with compiled(store, tmp_path / "lists") as file:
        lists = over(file)
        assert [len(lists.find(parse_number(mobile(n)), NOW).exact) for n in (1, 2)] == [1, 0]


FAR = 1 << 40
"""Seconds since 1970, which no date has: what was stored before times were checked."""


def stored(store: SqlStore, n: int, **times: int) -> None:
    """Put a number into the police list, its times as the database kept them before they were checked."""
    added(store, n)
    of_number = update(list_entries).where(list_entries.c.low == exact(n).low)
    with store.writing() as connection:
        connection.execute(of_number.values(**times))


def test_times_that_no_date_has_are_told_as_the_nearest_that_one_has(store: SqlStore) -> None:
    stored(store, 1, valid_from=-FAR, expires_at=FAR)
    with store.reading() as connection:
        (entry,) = entries_since(connection, 0)[0]
    assert (entry.valid_from, entry.expires_at) == (
        datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    )


def test_times_that_no_date_has_are_exported_to_be_imported_again(store: SqlStore) -> None:
    stored(store, 1, valid_from=-FAR, expires_at=FAR)
    written = StringIO()
    with store.reading() as connection:
        write_csv(export_rows(connection, "police"), written)
    assert "1970-01-01T00:00:01Z,9999-12-31T23:59:59Z" in written.getvalue()


def test_an_entry_that_cannot_be_told_keeps_no_other_from_the_overlay(store: SqlStore) -> None:
    added(store, 1)
    stored(store, 2, kind=9)
    with capture_logs() as logs:
        assert patterns(store) == [mobile(1)]
    assert [log["event"] for log in logs] == ["list_entry_left_out"]


@pytest.mark.parametrize(
    ("times", "found"), [({"valid_from": -1}, 1), ({"valid_from": -FAR}, 1), ({"expires_at": -1}, 0)]
)
def test_times_before_1970_are_compiled_as_long_past(
    store: SqlStore, tmp_path: Path, times: dict[str, int], found: int
) -> None:
    stored(store, 1, **times)
    with compiled(store, tmp_path / "lists") as file:
        assert len(over(file).find(parse_number(mobile(1)), NOW).exact) == found
