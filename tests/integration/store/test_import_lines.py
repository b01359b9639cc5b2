"""Rejected and flagged lines stay with the version of their import, on whatever way it came in."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from blacklists.importing.row import Rejected
from blacklists.reason import Reason, Why
from contracts.number_list import EntryKind
from store import import_lines
from store.import_lines import MOST_REJECTED, read_notices, read_rejected
from store.list_import import Order, prepare_import
from store.list_release import discard
from store.unit_of_work import SqlStore
from tests.fixtures.number_list_source import Written, a_row, numbers

pytestmark = pytest.mark.integration


def bad(line: int) -> Rejected:
    return Rejected(line, Reason(Why.PATTERN_LETTERS, {"text": "'199x'"}), "199x")


def prepared(store: SqlStore, *rows: object, into: str = "police") -> int:
    version = prepare_import(store, into, Written(*rows), Order("wang", "file"), print).version  # type: ignore[arg-type]
    assert version is not None
    return version.n


def kept(store: SqlStore, n: int) -> tuple[Rejected, ...]:
    with store.reading() as connection:
        return read_rejected(connection, n)


def test_rejected_lines_are_kept_in_their_order(store: SqlStore) -> None:
    n = prepared(store, bad(7), *numbers(1), bad(9))
    assert kept(store, n) == (bad(7), bad(9))


def test_lines_kept_before_there_were_codes_are_shown_as_they_were_written(store: SqlStore) -> None:
    n = prepared(store, *numbers(1), bad(7))
    with store.writing() as connection:
        connection.execute(update(import_lines.rejected_lines).values(reason="pattern: has letters"))
    assert [str(line.reason) for line in kept(store, n)] == ["pattern: has letters"]


def test_no_more_than_the_first_thousand_are_kept(store: SqlStore) -> None:
    n = prepared(store, *numbers(1), *(bad(line) for line in range(MOST_REJECTED + 5)))
    assert [line.line for line in kept(store, n)] == list(range(MOST_REJECTED))


def test_whoever_imports_is_told_of_all(store: SqlStore) -> None:
    told: list[Rejected] = []
    rows = (*numbers(1), *(bad(line) for line in range(MOST_REJECTED + 5)))
    prepare_import(store, "police", Written(*rows), Order("wang", "file"), told.append)
    assert len(told) == MOST_REJECTED + 5


def test_each_version_has_lines_of_its_own(store: SqlStore) -> None:
    first = prepared(store, *numbers(1), bad(7))
    second = prepared(store, *numbers(2), bad(8))
    assert (kept(store, first), kept(store, second)) == ((bad(7),), (bad(8),))


def test_what_a_discarded_version_rejected_can_still_be_read(store: SqlStore) -> None:
    n = prepared(store, *numbers(1), bad(7))
    discard(store, n, by="li")
    assert kept(store, n) == (bad(7),)


def test_lines_of_versions_shown_no_more_are_forgotten(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_lines, "MOST_VERSIONS", 2)
    versions = [prepared(store, *numbers(place), bad(place)) for place in (1, 2, 3)]
    assert [len(kept(store, n)) for n in versions] == [0, 1, 1]


def test_what_to_look_at_stays_with_the_version(store: SqlStore) -> None:
    wide = (a_row("+8613", EntryKind.PREFIX, line=9), a_row("+1", EntryKind.PREFIX, line=4))
    version = prepare_import(store, "police", Written(*wide), Order("wang", "file"), print).version
    assert version is not None
    with store.reading() as connection:
        notices = read_notices(connection, version.n)
    found = [(notice.line, notice.reason.why) for notice in notices]
    assert (version.flagged, found) == (2, [(4, Why.COVERS_COUNTRY), (9, Why.COVERS_MANY)])


def test_versions_of_other_lists_take_nothing_away(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_lines, "MOST_VERSIONS", 1)
    n = prepared(store, *numbers(1), bad(7))
    prepared(store, *numbers(1), into="upstream")
    assert kept(store, n) == (bad(7),)
