"""Finding numbers in lists."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from blacklists.lists import BadEntryError, NumberLists
from blacklists.normalise import parse_number
from contracts.node_api import ListEntry
from contracts.verdict import Action

pytestmark = pytest.mark.unit

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def entry(pattern, kind="exact", **changes):
    fields = {"id": f"e-{pattern}", "list": "reports", "category": "fraud", "action": Action.MONITOR}
    return ListEntry(pattern=pattern, kind=kind, **(fields | changes))


def exact_ids(lists, raw):
    return [found.id for found in lists.find_exact(parse_number(raw), NOW)]


def prefix_ids(lists, raw):
    return [found.id for found in lists.find_prefix(parse_number(raw), NOW)]


def test_an_exact_entry_is_found_however_it_was_written():
    assert exact_ids(NumberLists([entry("138-0000-1234")], "v1"), "+8613800001234") == ["e-138-0000-1234"]


def test_an_exact_entry_does_not_match_a_longer_number():
    assert exact_ids(NumberLists([entry("95588")], "v1"), "955881") == []


def test_all_lists_that_hold_a_number_are_told():
    lists = NumberLists(
        [entry("+8613800001234", id="a"), entry("+8613800001234", id="b", list="police")], "v1"
    )
    assert exact_ids(lists, "13800001234") == ["a", "b"]


def test_an_entry_is_gone_at_its_hour_of_expiry():
    assert exact_ids(NumberLists([entry("13800001234", expires_at=NOW)], "v1"), "13800001234") == []


def test_an_entry_counts_until_it_expires():
    later = NOW + timedelta(seconds=1)
    assert exact_ids(NumberLists([entry("13800001234", expires_at=later)], "v1"), "13800001234")


def test_an_expired_prefix_is_not_found():
    assert prefix_ids(NumberLists([entry("170", "prefix", expires_at=NOW)], "v1"), "17000001234") == []


def test_the_longest_prefix_comes_first():
    lists = NumberLists([entry("138", "prefix"), entry("1380000", "prefix")], "v1")
    assert prefix_ids(lists, "13800001234") == ["e-1380000", "e-138"]


@pytest.mark.parametrize(
    ("pattern", "raw"),
    [
        ("170", "17000001234"),
        ("+86170", "17000001234"),
        ("0086170", "17000001234"),
        ("0536", "0536 8231234"),
        ("00855", "+855 12 345 678"),
        ("+855", "0085512345678"),
        ("400", "4001234567"),
        ("95", "95588123"),
        ("86170", "17000001234"),
        ("860536", "0536 8231234"),
        ("+860536", "0536 8231234"),
    ],
)
def test_a_prefix_is_found_however_it_was_written(pattern, raw):
    assert prefix_ids(NumberLists([entry(pattern, "prefix")], "v1"), raw) == [f"e-{pattern}"]


@pytest.mark.parametrize("pattern", ["0", "00", "86", "+86", "0086", "+8", "008", "860", "+860"])
def test_a_prefix_of_the_whole_country_is_refused_by_name(pattern):
    with pytest.raises(BadEntryError, match=f"entry e-.*whole country.*{re.escape(pattern)}"):
        NumberLists([entry(pattern, "prefix")], "v1")


def test_numbers_without_digits_stand_in_no_list():
    lists = NumberLists([entry("1", "prefix"), entry("110")], "v1")
    assert exact_ids(lists, "anonymous") + prefix_ids(lists, "anonymous") == []


@pytest.mark.parametrize("kind", ["exact", "prefix"])
def test_a_pattern_that_is_no_number_is_refused_by_its_entry(kind):
    with pytest.raises(BadEntryError, match="entry e-nobody of list reports"):
        NumberLists([entry("nobody", kind)], "v1")
