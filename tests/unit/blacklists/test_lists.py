"""Finding numbers in lists, in a file and in the overlay on it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blacklists.key import key_of
from blacklists.list_file import ListFile, pair_key
from blacklists.list_file_layout import MOST_ENTRIES_PER_NUMBER
from blacklists.lists import NumberLists, StaleOverlayError, UnknownListError
from blacklists.normalise import parse_number
from blacklists.pattern import BadPatternError, parse_pattern
from contracts.node_api import EmergencyWindow, Standing
from contracts.number_list import EntryKind, ListEntry
from contracts.phone import NumberKind, PhoneNumber
from contracts.verdict import Action
from tests.fixtures.list_entries import LISTS, POLICE, REPORTS, compiled, entry, overlay

pytestmark = pytest.mark.unit

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CALLER = "+8613800001234"


@contextmanager
def in_file(*entries, pairs=(), **changes):
    with TemporaryDirectory() as folder:
        compiled(path := Path(folder) / "lists", entries, pairs)
        with ListFile.open(path) as file:
            yield NumberLists(file, overlay(base=1, **changes))


@contextmanager
def in_overlay(*entries):
    yield NumberLists(None, overlay(added=entries))


BOTH = pytest.mark.parametrize("place", [in_file, in_overlay])


def exact_ids(lists, raw, now=NOW):
    return [hit.entry for hit in lists.find(parse_number(raw), now).exact]


def covering_ids(lists, raw, now=NOW):
    return [hit.entry for hit in lists.find(parse_number(raw), now).covering]


@BOTH
def test_an_exact_entry_is_found_however_it_was_written(place):
    with place(entry("138-0000-1234", id="1")) as lists:
        assert exact_ids(lists, CALLER) == ["1"]


@BOTH
def test_an_exact_entry_does_not_match_a_longer_number(place):
    with place(entry("95588")) as lists:
        assert exact_ids(lists, "95588123") == []


@BOTH
def test_a_hit_tells_what_the_entry_says(place):
    listed = entry(CALLER, id="9", list="police", category="投资", action=Action.DIVERT, shadow=True)
    with place(listed) as lists:
        (hit,) = lists.find(parse_number(CALLER), NOW).exact
    assert hit == ("9", POLICE, "投资", Action.DIVERT, True)


@BOTH
def test_all_lists_that_hold_a_number_are_told_by_precedence(place):
    with place(entry(CALLER, id="1"), entry(CALLER, id="2", list="police")) as lists:
        assert exact_ids(lists, CALLER) == ["2", "1"]


@BOTH
def test_an_entry_is_gone_at_its_hour_of_expiry(place):
    with place(entry(CALLER, expires_at=NOW)) as lists:
        assert exact_ids(lists, CALLER) == []


@BOTH
def test_an_entry_counts_until_it_expires(place):
    with place(entry(CALLER, id="1", expires_at=NOW + SECOND)) as lists:
        assert exact_ids(lists, CALLER) == ["1"]


@BOTH
def test_an_entry_does_not_count_before_its_hour(place):
    with place(entry(CALLER, valid_from=NOW + SECOND)) as lists:
        assert exact_ids(lists, CALLER) == []


@BOTH
def test_an_entry_counts_from_its_hour_on(place):
    with place(entry(CALLER, id="1", valid_from=NOW)) as lists:
        assert exact_ids(lists, CALLER) == ["1"]


@BOTH
def test_an_expired_prefix_is_not_found(place):
    with place(entry("170", EntryKind.PREFIX, expires_at=NOW)) as lists:
        assert covering_ids(lists, "17000001234") == []


@BOTH
def test_the_block_with_the_fewest_numbers_comes_first(place):
    with place(
        entry("138", EntryKind.PREFIX, id="1", list="police"),
        entry("1380000", EntryKind.PREFIX, id="2"),
        entry("13800001000..13800001999", EntryKind.RANGE, id="3"),
    ) as lists:
        assert covering_ids(lists, CALLER) == ["3", "2", "1"]


@BOTH
def test_of_two_blocks_alike_the_list_that_takes_precedence_comes_first(place):
    with place(
        entry("138", EntryKind.PREFIX, id="1"), entry("138", EntryKind.PREFIX, id="2", list="police")
    ) as lists:
        assert covering_ids(lists, CALLER) == ["2", "1"]


@BOTH
def test_a_range_covers_both_of_its_ends(place):
    with place(entry("13800001000..13800001999", EntryKind.RANGE, id="1")) as lists:
        found = [covering_ids(lists, f"1380000{end}") for end in (1000, 1999)]
    assert found == [["1"], ["1"]]


@BOTH
def test_a_range_covers_nothing_beside_it(place):
    with place(entry("13800001000..13800001999", EntryKind.RANGE)) as lists:
        assert covering_ids(lists, "13800000999") + covering_ids(lists, "13800002000") == []


def test_a_foreign_number_cut_into_pieces_is_no_hit_of_a_range_of_longer_ones():
    with in_file(entry("+85512345000..+85512345999", EntryKind.RANGE)) as lists:
        assert not lists.find(PhoneNumber("+8551234550", NumberKind.FOREIGN), NOW).covering


def test_nothing_found_is_one_answer_for_all():
    with in_file(entry(CALLER)) as lists:
        first, second = (lists.find(parse_number(f"1380000000{digit}"), NOW) for digit in (1, 2))
    assert first is second


@BOTH
def test_numbers_without_digits_stand_in_no_list(place):
    with place(entry("11", EntryKind.PREFIX), entry("110")) as lists:
        assert exact_ids(lists, "anonymous") + covering_ids(lists, "anonymous") == []


def test_an_entry_removed_since_the_file_was_compiled_is_not_found():
    with in_file(entry(CALLER, id="1"), entry(CALLER, id="2"), removed=("1", "spare")) as lists:
        assert exact_ids(lists, CALLER) == ["2"]


def test_an_entry_of_the_overlay_stands_beside_those_of_the_file():
    with in_file(entry(CALLER, id="1"), added=(entry(CALLER, id="2", list="police"),)) as lists:
        assert exact_ids(lists, CALLER) == ["2", "1"]


def test_the_overlay_tells_the_version_of_a_list():
    later = REPORTS.model_copy(update={"version": 4})
    with in_file(entry(CALLER), lists=(later,)) as lists:
        (hit,) = lists.find(parse_number(CALLER), NOW).exact
    assert hit.list == later


def test_a_list_the_overlay_does_not_name_is_as_the_file_says():
    with in_file(entry(CALLER), lists=()) as lists:
        (hit,) = lists.find(parse_number(CALLER), NOW).exact
    assert hit.list == REPORTS


def test_the_version_is_the_release_of_file_and_overlay_together():
    with in_file(release=17) as lists:
        assert lists.version == "17"


def test_an_overlay_of_another_file_is_refused():
    with pytest.raises(StaleOverlayError, match=r"belongs on release 3.*of release 0"):
        NumberLists(None, overlay(base=3))


def test_an_entry_of_a_list_nobody_described_is_refused():
    with pytest.raises(UnknownListError, match=r"entry 5:.*list spare"):
        NumberLists(None, overlay(added=(entry(CALLER, id="5", list="spare"),)))


def test_a_pattern_that_is_no_number_is_refused():
    with pytest.raises(BadPatternError, match="nobody"):
        NumberLists(None, overlay(added=(entry("nobody"),)))


def crowd(said_by: str, blocks: int, kind: EntryKind = EntryKind.PREFIX) -> tuple[ListEntry, ...]:
    return tuple(entry("+861380000", kind, list=said_by) for _ in range(blocks))


def test_an_overlay_may_lay_as_many_blocks_over_a_number_as_a_file():
    lists = NumberLists(None, overlay(added=crowd("police", MOST_ENTRIES_PER_NUMBER)))
    assert len(lists.find(parse_number(CALLER), NOW).covering) == MOST_ENTRIES_PER_NUMBER
    assert lists.left_out == frozenset()


def test_of_too_many_blocks_over_a_number_those_stay_whose_lists_speak_first():
    first, later = crowd("police", MOST_ENTRIES_PER_NUMBER), crowd("reports", 2)
    lists = NumberLists(None, overlay(added=(*later, *first)))
    found = lists.find(parse_number(CALLER), NOW).covering
    assert {hit.entry for hit in found} == {each.id for each in first}
    assert lists.left_out == {each.id for each in later}


def test_of_too_many_blocks_of_one_list_the_narrower_stay():
    wide, narrow = entry("+86138", EntryKind.PREFIX), crowd("reports", MOST_ENTRIES_PER_NUMBER)
    assert NumberLists(None, overlay(added=(wide, *narrow))).left_out == {wide.id}


def test_what_is_known_of_the_number_itself_comes_before_its_block():
    own, block = Standing(number=CALLER, reports=1), Standing(number="+861380", block=True)
    lists = NumberLists(None, overlay(standings=(block, own)))
    assert lists.standing(parse_number(CALLER)) == own


def test_the_longest_block_speaks_for_a_number_nothing_is_known_of():
    blocks = tuple(Standing(number=digits, block=True) for digits in ("+86138", "+8613800001", "+861380"))
    assert NumberLists(None, overlay(standings=blocks)).standing(parse_number(CALLER)) == blocks[1]


def test_a_block_says_nothing_of_a_number_shorter_than_it():
    lists = NumberLists(None, overlay(standings=(Standing(number="95588123", block=True),)))
    assert lists.standing(parse_number("95588")) is None


def test_a_number_is_no_block():
    lists = NumberLists(None, overlay(standings=(Standing(number="95588"),)))
    assert lists.standing(parse_number("95588123")) is None


def test_a_caller_who_has_called_the_resident_before_is_familiar():
    with in_file(pairs=[pair_key("+8613800009999", "r2"), pair_key(CALLER, "r1")]) as lists:
        assert lists.is_familiar(parse_number(CALLER), "r1")


@pytest.mark.parametrize(("caller", "resident"), [(CALLER, "r2"), ("13800009999", "r1"), ("anonymous", "r1")])
def test_a_caller_is_familiar_to_those_called_alone(caller, resident):
    with in_file(pairs=[pair_key(CALLER, "r1"), pair_key("", "r1")]) as lists:
        assert not lists.is_familiar(parse_number(caller), resident)


def test_without_a_file_nobody_is_familiar():
    assert not NumberLists(None, overlay()).is_familiar(parse_number(CALLER), "r1")


@pytest.mark.parametrize(
    ("resident", "seconds", "expected"), [("r1", 9, True), ("r1", 10, False), ("r2", 9, False)]
)
def test_an_emergency_lasts_until_its_hour_for_the_one_who_called(resident, seconds, expected):
    window = EmergencyWindow(resident_id="r1", until=NOW + 10 * SECOND)
    lists = NumberLists(None, overlay(emergencies=(window,)))
    assert lists.in_emergency(resident, NOW + seconds * SECOND) is expected


def test_of_two_emergencies_the_later_end_counts():
    windows = tuple(EmergencyWindow(resident_id="r1", until=NOW + n * SECOND) for n in (20, 10))
    assert NumberLists(None, overlay(emergencies=windows)).in_emergency("r1", NOW + 15 * SECOND)


# Few digits, so that numbers, prefixes and ranges meet often; whole seconds, as the file keeps them.
_SUBSCRIBERS = st.integers(0, 30).map(lambda last: f"+861380000{last:04}")
_CODES = st.sampled_from(["+85512345", "+855123450", "+8551234500", "95588", "955881", "110"])
_NUMBERS = st.one_of(_SUBSCRIBERS, _CODES)
_PREFIXES = st.sampled_from(
    ["+861380", "+8613800000", "+86138000000", "+861380000001", "+855123", "955", "11"]
)
_TIMES = st.one_of(st.none(), st.integers(-2, 2).map(lambda seconds: NOW + seconds * SECOND))


@st.composite
def _ranges(draw):
    low, high = sorted((draw(_SUBSCRIBERS), draw(_SUBSCRIBERS)))
    return f"{low}..{high}"


@st.composite
def _entries(draw, ids):
    kind = draw(st.sampled_from(EntryKind))
    pattern = draw({EntryKind.EXACT: _NUMBERS, EntryKind.PREFIX: _PREFIXES, EntryKind.RANGE: _ranges()}[kind])
    times = {"valid_from": draw(_TIMES), "expires_at": draw(_TIMES)}
    name, action = draw(st.sampled_from(LISTS)).name, draw(st.sampled_from(Action))
    return entry(pattern, kind, id=str(draw(ids)), list=name, action=action, **times)


def _unique(ids):
    return st.lists(_entries(ids), max_size=12, unique_by=lambda row: row.id)


def scanned(entries: list[ListEntry], number: PhoneNumber) -> tuple[list[str], list[str]]:
    """Find by looking at every entry there is."""
    key, order = key_of(number.value), {row.name: row.precedence for row in LISTS}
    covers = [
        (pattern.kind, pattern.high - pattern.low, order[row.list], int(row.id), row.id)
        for row in entries
        for pattern in [parse_pattern(row.pattern, row.kind)]
        if pattern.covers(key)
        and (row.valid_from is None or row.valid_from <= NOW)
        and (row.expires_at is None or row.expires_at > NOW)
    ]
    exact = sorted(found[1:] for found in covers if found[0] is EntryKind.EXACT)
    covering = sorted(found[1:] for found in covers if found[0] is not EntryKind.EXACT)
    return [found[-1] for found in exact], [found[-1] for found in covering]


@settings(max_examples=150, deadline=None)
@given(
    in_force=_unique(st.integers(1, 40)),
    since=_unique(st.integers(41, 80)),
    removed=st.sets(st.integers(1, 40)),
    number=_NUMBERS,
)
def test_file_and_overlay_together_find_what_a_scan_finds(in_force, since, removed, number):
    asked = PhoneNumber(number, NumberKind.MOBILE)
    left = [row for row in in_force if int(row.id) not in removed]
    with in_file(*in_force, added=since, removed=tuple(map(str, removed))) as lists:
        found = lists.find(asked, NOW)
    assert tuple([hit.entry for hit in hits] for hits in found) == scanned(left + since, asked)
