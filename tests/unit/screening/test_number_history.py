"""What earlier calls and reports say about a number, and how risks add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blacklists.list_file import ListFile, pair_key
from blacklists.list_file_builder import build_list_file
from blacklists.lists import NumberLists
from blacklists.normalise import parse_number
from contracts.node_api import Overlay, Standing
from contracts.number_list import ListKind
from contracts.verdict import Action
from screening.number_risk import HIGHEST_RISK, combined, listed_risk
from screening.number_rules import judge_number
from tests.fixtures.number_judging import CALLER, HOME, LISTS, NOW, RESIDENT, entry, judge, steps_of

pytestmark = pytest.mark.unit

NUMBER = "+8613800001234"
risks = st.floats(0, 1)
HISTORIES = [
    ({"residents_last_hour": 19}, Action.PASS, 0.1, "首次呼叫该居民"),
    ({"residents_last_hour": 20}, Action.PASS, 0.37, "一小时内呼叫 20 位居民；首次呼叫该居民"),
    ({"residents_last_hour": 49}, Action.PASS, 0.37, "一小时内呼叫 49 位居民；首次呼叫该居民"),
    ({"residents_last_hour": 50}, Action.MONITOR, 0.64, "一小时内呼叫 50 位居民；首次呼叫该居民"),
    ({"repeats": 2}, Action.PASS, 0.1, "首次呼叫该居民"),
    ({"repeats": 3}, Action.PASS, 0.37, "十分钟内重复呼叫同一居民 3 次；首次呼叫该居民"),
    ({"repeats": 30}, Action.PASS, 0.37, "十分钟内重复呼叫同一居民 30 次；首次呼叫该居民"),
    ({"later_reported": 1}, Action.PASS, 0.46, "1 位居民接听后举报；首次呼叫该居民"),
    ({"later_reported": 2}, Action.MONITOR, 0.676, "2 位居民接听后举报；首次呼叫该居民"),
    (
        {"score": 0.3, "reports": 5},
        Action.PASS,
        0.37,
        "该号码被举报 5 次，信誉分 0.30；首次呼叫该居民",
    ),
    (
        {"score": 0.51, "reports": 4},
        Action.MONITOR,
        0.559,
        "该号码被举报 4 次，信誉分 0.51；首次呼叫该居民",
    ),
    (
        {"residents_last_hour": 20, "repeats": 3},
        Action.MONITOR,
        0.559,
        "一小时内呼叫 20 位居民；十分钟内重复呼叫同一居民 3 次；首次呼叫该居民",
    ),
]


@pytest.fixture
def judge_familiar(tmp_path):
    """Judge a call from CALLER to a resident whom it has called before."""
    path = tmp_path / "pairs.lists"
    pairs = [pair_key(NUMBER, RESIDENT.resident_id)]
    build_list_file(path, release=1, lists=(), tags={}, records=(), pairs=pairs)
    with ListFile.open(path) as file:

        def judged(*entries, standings=()):
            overlay = Overlay(version="2", base=1, release=2, lists=LISTS, added=entries, standings=standings)
            lists = NumberLists(file, overlay)
            return judge_number(parse_number(CALLER), HOME, RESIDENT, lists, NOW, Action.PASS)

        yield judged


@pytest.mark.parametrize(("counts", "action", "risk", "reason"), HISTORIES)
def test_calls_and_reports_are_weighed_and_told(counts, action, risk, reason):
    verdict = judge(CALLER, standings=(Standing(number=NUMBER, **counts),))
    (step,) = steps_of(verdict, "score")
    assert (verdict.action, verdict.number_risk, step.reason) == (action, risk, reason)


def test_a_first_contact_alone_is_a_weak_risk():
    verdict = judge(CALLER)
    assert (verdict.action, verdict.number_risk) == (Action.PASS, 0.1)


def test_somebody_who_called_before_bears_no_risk(judge_familiar):
    verdict = judge_familiar()
    (step,) = steps_of(verdict, "score")
    assert (step.matched, verdict.number_risk) == (False, 0.0)


def test_a_score_alone_monitors_and_never_rejects():
    standing = Standing(
        number=NUMBER, residents_last_hour=1000, repeats=50, later_reported=100, score=1.0, reports=100
    )
    verdict = judge(CALLER, entry("reports", Action.REJECT), standings=(standing,))
    assert (verdict.action, verdict.number_risk) == (Action.MONITOR, HIGHEST_RISK)


def test_a_published_block_speaks_for_its_numbers():
    verdict = judge(CALLER, standings=(Standing(number=NUMBER[:-1], block=True, score=0.6, reports=8),))
    (step,) = steps_of(verdict, "score")
    assert verdict.action is Action.MONITOR
    assert step.reason == "所在号段 +861380000123被举报 8 次，信誉分 0.60；首次呼叫该居民"


def test_history_and_form_too_weak_alone_are_heard_together():
    verdict = judge("17000001234", standings=(Standing(number="+8617000001234", later_reported=1),))
    last = verdict.rules[-1]
    assert (verdict.action, last.rule, verdict.number_risk) == (Action.MONITOR, "class", 0.568)


def test_behaviour_is_told_beside_the_entry(judge_familiar):
    standing = Standing(number=NUMBER, later_reported=1)
    verdict = judge_familiar(entry("reports", Action.MONITOR, category="loan"), standings=(standing,))
    (step,) = steps_of(verdict, "score")
    assert (step.list, step.reason) == ("reports", "loan；1 位居民接听后举报")


def test_a_mild_entry_and_behaviour_are_heard_together():
    standing = Standing(number=NUMBER, repeats=3)
    verdict = judge(CALLER, entry("reports", Action.INDICATE), standings=(standing,))
    assert (verdict.action, verdict.rules[-1].rule) == (Action.MONITOR, "score")


def test_lists_that_copy_from_one_another_count_once():
    one = judge(CALLER, entry("reports", Action.MONITOR))
    two = judge(CALLER, entry("reports", Action.MONITOR), entry("complaints", Action.MONITOR))
    assert two.number_risk == one.number_risk


def test_a_number_that_is_listed_itself_is_a_higher_risk_than_one_of_a_listed_block():
    block = judge(CALLER, entry("reports", Action.MONITOR, "138", "prefix")).number_risk
    assert block < judge(CALLER, entry("reports", Action.MONITOR)).number_risk


@pytest.mark.parametrize("kind", [ListKind.ALLOW, ListKind.PROTECTED])
def test_lists_that_speak_for_a_number_are_no_risk(kind):
    assert listed_risk(Action.REJECT, kind, exact=True) == 0.0


@given(st.lists(risks))
def test_a_combined_risk_stays_short_of_certainty(parts):
    assert 0 <= combined(parts) <= HIGHEST_RISK


@given(st.lists(risks), risks)
def test_one_more_clue_never_lowers_the_risk(parts, another):
    assert combined([*parts, another]) >= combined(parts)


@given(st.lists(st.floats(0, 0.9), min_size=1))
def test_together_clues_say_at_least_what_the_strongest_says(parts):
    assert combined(parts) >= round(max(parts), 3)


@given(st.lists(risks), st.randoms())
def test_the_order_of_clues_does_not_matter(parts, random):
    shuffled = list(parts)
    random.shuffle(shuffled)
    assert combined(shuffled) == pytest.approx(combined(parts), abs=0.001)
