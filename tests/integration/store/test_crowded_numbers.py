"""No more prefixes and ranges over one number than a look-up may walk."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from blacklists.list_file import ListFile
from blacklists.list_file_layout import MOST_ENTRIES_PER_NUMBER as MOST
from blacklists.segments import CrowdedNumberError
from contracts.number_list import EntryKind
from store.list_changes import current_release
from store.list_compile import compile_list_file, path_of
from store.list_import import Order, prepare_import
from store.list_release import release
from store.list_schema import list_entries
from store.list_version import Version, VersionState
from store.list_versions import find_version
from store.unit_of_work import SqlStore
from tests.fixtures.number_list_source import Row, Written, a_row, mobile, numbers

pytestmark = pytest.mark.integration


def around(count: int, first: int = 0) -> list[Row]:
    """Return ranges that all cover mobile(5000), the narrow ones first."""
    places = range(first, first + count)
    return [a_row(f"{mobile(4999 - n)}..{mobile(5001 + n)}", EntryKind.RANGE, line=n + 2) for n in places]


def prepared(store: SqlStore, *rows: Row, into: str = "police") -> Version:
    version = prepare_import(store, into, Written(*rows), Order("wang", "blocks.csv"), print).version
    assert version is not None
    return version


def released(store: SqlStore, *rows: Row, into: str = "police") -> Version:
    return release(store, prepared(store, *rows, into=into).n, by="li")


def compiled(store: SqlStore, folder: Path) -> ListFile:
    return ListFile.open(path_of(folder, compile_list_file(store, folder, lambda _: ()).sha256))


def force_crowd(store: SqlStore) -> int:
    """Put one block too many in force, past the release; return the widest of the score list's."""
    released(store, *around(MOST))
    version = prepared(store, *around(2), into="upstream")
    entries = list_entries.c
    with store.writing() as connection:
        last = current_release(connection)
        connection.execute(update(list_entries).where(entries.version_n == version.n).values(since=last))
        written = select(entries.n).where(entries.version_n == version.n).order_by(entries.high.desc())
        return int(connection.execute(written.limit(1)).scalar_one())


def test_as_many_as_a_look_up_may_walk_are_released_and_compiled(store: SqlStore, tmp_path: Path) -> None:
    released(store, *around(MOST))
    with compiled(store, tmp_path) as file:
        assert file.entries == MOST


def test_one_more_in_one_import_is_refused_by_the_number(store: SqlStore) -> None:
    version = prepared(store, *around(MOST + 1))
    with pytest.raises(CrowdedNumberError, match=r"\+86199000049\d\d would be covered by 65"):
        release(store, version.n, by="li")


def test_one_more_in_another_list_is_refused_and_nothing_is_released(store: SqlStore) -> None:
    released(store, *around(MOST))
    version = prepared(store, *around(1), into="upstream")
    with pytest.raises(CrowdedNumberError):
        release(store, version.n, by="li")
    with store.reading() as connection:
        assert find_version(connection, version.n).state is VersionState.PENDING


def test_one_that_takes_the_place_of_another_is_released(store: SqlStore) -> None:
    rows = around(MOST)
    released(store, *rows)
    assert released(store, *(row._replace(category="other") for row in rows)).changed == MOST


def test_single_numbers_are_released_beside_a_crowd_of_blocks(store: SqlStore) -> None:
    released(store, *around(MOST))
    assert released(store, *numbers(5000), into="upstream").added == 1


def test_a_crowd_from_before_is_compiled_without_what_speaks_last(store: SqlStore, tmp_path: Path) -> None:
    widest = force_crowd(store)
    with capture_logs() as logs, compiled(store, tmp_path) as file:
        assert file.entries == MOST
    warned = next(line for line in logs if line["event"] == "list_entries_left_out")
    assert (warned["log_level"], warned["count"], widest in warned["entries"]) == ("warning", 2, True)
