"""Compiling list files: many runs, bad records, no room."""

from __future__ import annotations

import errno
import os
from itertools import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blacklists import list_file_builder, record_sort
from blacklists.key import key_of
from blacklists.list_file import ListFile
from blacklists.list_file_builder import ListDiskFullError, build_list_file
from blacklists.list_file_intake import BadRecordError
from blacklists.list_file_layout import MOST_ENTRIES_PER_NUMBER, NEVER, Tag
from blacklists.segments import CrowdedNumberError
from contracts.verdict import Action
from tests.fixtures.list_entries import LISTS

pytestmark = pytest.mark.unit

KEY = key_of("+8613800001234")
TAGS = {
    7: Tag("reports", "fraud", Action.MONITOR, shadow=False),
    3: Tag("police", "刷单", Action.REJECT, shadow=True),
}
GOOD = (0, KEY, KEY, 1, 7, 0, 0)


def build(path, records=(), pairs=()):
    return build_list_file(path, release=1, lists=LISTS, tags=TAGS, records=records, pairs=pairs)


def changed(place, number):
    return (*GOOD[:place], number, *GOOD[place + 1 :])


def numbers(count):
    """Keys of numbers spread out of order, the same every time."""
    return [key_of(f"+86138{n * 7919 % 10**8:08}") for n in range(count)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "number.lists"


@pytest.fixture
def small_runs(monkeypatch):
    """Sort a hundred records at a time, so that a thousand are merged from many runs."""
    monkeypatch.setattr(record_sort.RecordSort.__init__, "__defaults__", (100,))


@pytest.fixture
def full_disk(monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(list_file_builder.os, "pwrite", refuse)


@pytest.mark.usefixtures("small_runs")
def test_records_of_many_runs_are_all_found(path):
    keys = numbers(1000)
    build(path, ((0, key, key, n, 7, 0, 0) for n, key in enumerate(keys)))
    with ListFile.open(path) as file:
        assert [file.exact(key)[0][0] for key in keys] == list(range(1000))


@pytest.mark.usefixtures("small_runs")
def test_one_number_in_many_runs_is_found_in_all_of_them(path):
    listed = [(0, key, key, n, 7, 0, 0) for n, key in enumerate(numbers(600))]
    listed[::100] = [changed(3, 1000 + n) for n in range(6)]
    build(path, listed)
    with ListFile.open(path) as file:
        assert [row[0] for row in file.exact(KEY)] == [1000 + n for n in range(6)]


def test_a_row_says_what_its_record_said(path):
    build(path, [(0, KEY, KEY, 2**32 - 1, 3, 17, 2**32 - 1)])
    with ListFile.open(path) as file:
        ((entry, tag, valid_from, expires_at),) = file.exact(KEY)
        assert (entry, file.tags[tag], valid_from, expires_at) == (2**32 - 1, TAGS[3], 17, 2**32 - 1)


def test_an_entry_without_an_end_never_ends(path):
    build(path, [GOOD])
    with ListFile.open(path) as file:
        assert file.exact(KEY)[0][3] == NEVER


@pytest.mark.usefixtures("small_runs")
def test_pairs_that_come_twice_are_kept_once(path):
    ref = build(path, pairs=[n % 250 for n in range(1000)])
    assert ref.size == build(path, pairs=range(250)).size


@settings(max_examples=25, deadline=None)
@given(pairs=st.lists(st.integers(0, 2**64 - 1), max_size=40), asked=st.integers(0, 2**64 - 1))
def test_pairs_are_found_where_they_were_given(tmp_path_factory, pairs, asked):
    build(path := tmp_path_factory.mktemp("pairs") / "lists", pairs=pairs)
    with ListFile.open(path) as file:
        assert [file.has_pair(pair) for pair in pairs] == [True] * len(pairs)
        assert file.has_pair(asked) is (asked in pairs)


def test_the_same_records_make_the_same_file(path):
    assert build(path, [GOOD], [5]) == build(path, [GOOD], [5])


def test_a_file_costs_at_most_32_bytes_an_entry(path):
    ref = build(path, ((0, key, key, n, 7, 0, 0) for n, key in enumerate(numbers(2000))))
    assert ref.size <= 32 * 2000


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (changed(0, 3), "kind is none of EntryKind"),
        (changed(0, -1), "kind is none of EntryKind"),
        (changed(2, KEY + 1), "two keys for one number"),
        ((1, KEY, KEY - 1, 1, 7, 0, 0), "highest is below the lowest"),
        (changed(1, 0), "keys are none"),
        (changed(3, 2**32), "id is beyond 32 bits"),
        (changed(3, -1), "id is beyond 32 bits"),
        (changed(4, 5), "tag is not among"),
        (changed(4, 8), "tag is not among"),
        (changed(5, 2**32), "valid_from is beyond 32 bits"),
        (changed(6, 2**32), "expires_at is beyond 32 bits"),
        (changed(3, 2**64), "64 bits"),
        (changed(3, "x"), "64 bits"),
        (GOOD[:6], "7 numbers"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(path, record, reason):
    with pytest.raises(BadRecordError, match=reason):
        build(path, [GOOD, record])


@pytest.mark.parametrize("pair", [-1, 2**64])
def test_a_pair_that_is_no_hash_is_refused(path, pair):
    with pytest.raises(BadRecordError, match="64 bits"):
        build(path, pairs=[pair])


def test_a_tag_of_a_list_nobody_described_is_refused(path):
    tags = {1: Tag("spare", "fraud", Action.MONITOR, shadow=False)}
    with pytest.raises(BadRecordError, match="spare"):
        build_list_file(path, release=1, lists=LISTS, tags=tags, records=())


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_too_many_entries_over_one_number_are_refused_by_name(path, kind):
    with pytest.raises(CrowdedNumberError, match=r"\+8613800001234"):
        build(path, repeat(changed(0, kind), MOST_ENTRIES_PER_NUMBER + 1))


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_as_many_entries_as_may_be_stand_over_one_number(path, kind):
    build(path, repeat(changed(0, kind), MOST_ENTRIES_PER_NUMBER))
    with ListFile.open(path) as file:
        assert len(file.exact(KEY)) + len(file.blocks(KEY)) == MOST_ENTRIES_PER_NUMBER


def test_a_record_refused_leaves_nothing_behind(path):
    with pytest.raises(BadRecordError):
        build(path, [GOOD, changed(4, 5)])
    assert list(path.parent.iterdir()) == []


def test_a_source_that_breaks_off_leaves_the_last_file(path):
    def broken():
        yield GOOD
        raise ConnectionError("gone")

    ref = build(path, [GOOD])
    with pytest.raises(ConnectionError):
        build(path, broken())
    assert [each.stat().st_size for each in path.parent.iterdir()] == [ref.size]


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_tells_how_much_room_is_needed(path):
    with pytest.raises(ListDiskFullError, match=r"no room left to compile 1 entries; free at least 1 MB"):
        build(path, [GOOD])


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_leaves_nothing_behind(path):
    with pytest.raises(ListDiskFullError):
        build(path, [GOOD])
    assert list(path.parent.iterdir()) == []


def test_another_fault_of_the_disk_is_not_called_full(path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(list_file_builder.os, "fsync", refuse)
    with pytest.raises(OSError, match="Input/output"):
        build(path, [GOOD])
