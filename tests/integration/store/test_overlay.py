"""What the overlay says, and when its version changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from blacklists.behaviour import LEAST_RESIDENTS
from blacklists.lists import NumberLists
from blacklists.normalise import parse_number
from blacklists.pattern import parse_pattern
from contracts.node_api import Enrolment, Overlay
from contracts.number_list import EntryKind
from contracts.verdict import Action
from screening.number_rules import judge_number
from screening.number_signs import TrunkFacts
from store.emergency import open_window
from store.list_entry import NewEntry, add_entry, remove_entry
from store.overlay import OverlayReader, read_overlay
from store.report_queue import decide
from store.report_schema import Decision
from store.unit_of_work import SqlStore
from tests.fixtures.told_calls import (
    CALLER,
    a_call,
    a_word,
    four_residents_report,
    resident_number,
    says,
    tells_staff,
)

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("duty")]

BLOCK = "+861990000000"
TRUNK = TrunkFacts(domestic=True, home_area="0536")
RESIDENT = Enrolment(resident_id="resident-1", number="+8613800000001")
ENTRY = NewEntry(parse_pattern(CALLER, EntryKind.EXACT), "suspect", Action.REJECT)


def overlay(store: SqlStore) -> Overlay:
    return read_overlay(store, 0)


def action(store: SqlStore, number: str = CALLER) -> Action:
    with store.reading() as connection:
        now = store.now(connection)
    lists = NumberLists(None, overlay(store))
    return judge_number(parse_number(number), TRUNK, RESIDENT, lists, now, Action.PASS).action


def score(store: SqlStore, number: str = CALLER) -> float:
    standing = NumberLists(None, overlay(store)).standing(parse_number(number))
    return standing.score if standing else 0


def a_block_is_reported(store: SqlStore, members: int = 4) -> None:
    """Each member by another resident who was called."""
    for n in range(1, members + 1):
        a_call(store, f"resident-{n}", caller=f"{BLOCK}{n}")
        tells_staff(store, n, number=f"{BLOCK}{n}")


def test_four_residents_reports_reach_the_judgement(store: SqlStore) -> None:
    before = (overlay(store).version, action(store))
    four_residents_report(store)
    assert before[0] != overlay(store).version
    assert (before[1], action(store)) == (Action.PASS, Action.MONITOR)


def test_a_published_number_has_a_score(store: SqlStore) -> None:
    four_residents_report(store)
    assert score(store) == 0.51


def test_four_members_publish_the_whole_block(store: SqlStore) -> None:
    a_block_is_reported(store)
    assert score(store, f"{BLOCK}9") > 0


def test_three_members_publish_no_block(store: SqlStore) -> None:
    a_block_is_reported(store, 3)
    assert score(store, f"{BLOCK}9") == 0


def test_eight_members_of_a_hundred_publish_the_hundred(store: SqlStore) -> None:
    for n in range(1, 9):
        number = f"+86199000000{n}0"
        a_call(store, f"resident-{n}", caller=number)
        tells_staff(store, n, number=number)
    assert score(store, "+8619900000099") > 0


def test_a_member_that_behaves_badly_keeps_the_blocks_score(store: SqlStore) -> None:
    a_block_is_reported(store)
    for n in range(LEAST_RESIDENTS):
        a_call(store, f"resident-{n}", caller=f"{BLOCK}9")
    standing = NumberLists(None, overlay(store)).standing(parse_number(f"{BLOCK}9"))
    assert standing is not None
    assert (standing.residents_last_hour, standing.score > 0, standing.of_block) == (20, True, BLOCK)


def test_a_cleared_member_does_not_bear_the_blocks_score(store: SqlStore) -> None:
    says(store, a_word(9999, number=f"{BLOCK}9"))
    decide(store, "review-1", f"{BLOCK}9", Decision.DISMISS, reason="a school", by="li")
    a_block_is_reported(store)
    assert (score(store, f"{BLOCK}9"), score(store, f"{BLOCK}8") > 0) == (0, True)


def test_an_entry_added_is_judged_by_and_one_removed_no_more(store: SqlStore) -> None:
    add_entry(store, "police", ENTRY, by="li")
    added = action(store)
    remove_entry(store, "police", ENTRY.pattern, by="li", single_admin=True)
    assert (added, action(store)) == (Action.REJECT, Action.PASS)


def test_an_entry_of_the_base_is_not_sent_again(store: SqlStore) -> None:
    add_entry(store, "police", ENTRY, by="li")
    release = overlay(store).release
    assert (release, read_overlay(store, release).added) == (1, ())


def test_releases_that_change_too_much_wait_for_the_next_file(store: SqlStore) -> None:
    add_entry(store, "police", ENTRY, by="li")
    remove_entry(store, "police", ENTRY.pattern, by="li", single_admin=True)
    told = OverlayReader(store, most_changes=1).read(0)
    assert (told.release, [entry.pattern for entry in told.added]) == (1, [CALLER])


def test_what_waits_is_not_carried_by_a_later_release_that_is_small(store: SqlStore) -> None:
    for n in range(3):
        number = parse_pattern(f"{BLOCK}{n}", EntryKind.EXACT)
        add_entry(store, "police", NewEntry(number, "suspect", Action.REJECT), by="li")
    assert OverlayReader(store, most_changes=0).read(1).added == ()


def test_lists_are_told_at_the_versions_the_overlay_carries(store: SqlStore) -> None:
    add_entry(store, "police", ENTRY, by="li")
    before = overlay(store).lists
    remove_entry(store, "police", ENTRY.pattern, by="li", single_admin=True)
    assert OverlayReader(store, most_changes=1).read(0).lists == before


def test_emergencies_do_not_wait_for_the_next_file(store: SqlStore) -> None:
    add_entry(store, "police", ENTRY, by="li")
    open_window(store, "w1", resident_number(1), at=None, lasts=timedelta(minutes=90), by="li")
    told = OverlayReader(store, most_changes=0).read(0)
    assert (told.added, [window.resident_id for window in told.emergencies]) == ((), ["resident-1"])


def test_an_emergency_window_opens_and_closes_by_time(store: SqlStore) -> None:
    open_window(store, "w1", resident_number(1), at=None, lasts=timedelta(minutes=90), by="li")
    opened = [window.resident_id for window in overlay(store).emergencies]
    store.clock_offset += timedelta(minutes=90)
    assert (opened, overlay(store).emergencies) == (["resident-1"], ())


def test_equal_facts_make_equal_versions(store: SqlStore) -> None:
    four_residents_report(store)
    assert overlay(store) == overlay(store)


def test_a_busy_callers_next_call_does_not_change_the_version(store: SqlStore) -> None:
    for n in range(LEAST_RESIDENTS):
        a_call(store, f"resident-{n}")
    before = overlay(store).version
    a_call(store, "one more")
    assert overlay(store).version == before


def test_fading_alone_changes_the_version_once_an_hour_at_most(store: SqlStore) -> None:
    four_residents_report(store)
    with store.reading() as connection:
        now = store.now(connection)
    # Two hours on, when the calls are forgotten, at the beginning of an hour.
    store.clock_offset += timedelta(hours=3) - timedelta(minutes=now.minute, seconds=now.second)
    before = overlay(store).version
    store.clock_offset += timedelta(minutes=58)
    assert overlay(store).version == before


def test_all_lists_are_told_at_their_versions(store: SqlStore) -> None:
    add_entry(store, "police", ENTRY, by="li")
    versions = {each.name: each.version for each in overlay(store).lists}
    assert versions["police"] > 0
    assert versions["allow"] == 0


def test_behaviour_is_counted_anew_after_its_time_and_not_before(store: SqlStore) -> None:
    reader = OverlayReader(store, timedelta(minutes=30))
    reader.read(0)
    for n in range(LEAST_RESIDENTS):
        a_call(store, f"resident-{n}")
    held = reader.read(0).standings
    store.clock_offset += timedelta(minutes=30)
    assert (held, [standing.number for standing in reader.read(0).standings]) == ((), [CALLER])


def test_a_reader_tells_of_new_reports_at_once(store: SqlStore) -> None:
    reader = OverlayReader(store)
    reader.read(0)
    four_residents_report(store)
    assert [standing.reports for standing in reader.read(0).standings] == [4]


def test_a_reader_tells_of_a_review_at_once(store: SqlStore) -> None:
    reader = OverlayReader(store)
    four_residents_report(store)
    reader.read(0)
    decide(store, "review-1", CALLER, Decision.DISMISS, reason="a school", by="li")
    assert reader.read(0).standings == ()


def test_a_reader_notices_that_reports_fade(store: SqlStore) -> None:
    reader = OverlayReader(store)
    four_residents_report(store)
    reader.read(0)
    store.clock_offset += timedelta(days=43)
    assert reader.read(0).standings == ()
