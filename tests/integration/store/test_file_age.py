"""What a list file is told by: the database it was made from, its release, and what came after."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from store.database_id import database_id
from store.file_age import FileAge, FileMark, file_age, mark_file
from store.unit_of_work import SqlStore
from tests.fixtures.listed_numbers import list_number

pytestmark = pytest.mark.integration


def marked(store: SqlStore) -> FileMark:
    with store.reading() as connection:
        return mark_file(store, 0, store.now(connection))


def aged(store: SqlStore, mark: FileMark) -> FileAge:
    return file_age(store, mark)


def test_a_file_made_before_the_first_release_is_ours(store: SqlStore) -> None:
    assert aged(store, marked(store)).ours


def test_a_file_of_another_database_is_not_ours_even_before_the_first_release(store: SqlStore) -> None:
    assert not aged(store, marked(store)._replace(database="f" * 32)).ours


def test_a_file_is_not_ours_in_a_database_that_marked_none(store: SqlStore) -> None:
    with store.reading() as connection:
        mark = FileMark("f" * 32, 0, None, store.now(connection))
    assert not aged(store, mark).ours


def test_a_file_of_a_release_that_a_backup_has_undone_is_not_ours(store: SqlStore) -> None:
    list_number(store, "+8619900000007")
    with store.reading() as connection:
        mark = mark_file(store, 1, store.now(connection))
    assert mark.released_at is not None
    undone = mark._replace(released_at=mark.released_at + timedelta(seconds=1))
    assert [aged(store, each).ours for each in (mark, undone)] == [True, False]


def test_all_who_ask_at_once_are_told_one_name(store: SqlStore) -> None:
    gate = Barrier(4)

    def ask(_n: int) -> str:
        gate.wait(10)
        return database_id(store)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
