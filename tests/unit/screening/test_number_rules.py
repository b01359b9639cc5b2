"""The rule chain: its order, what each list may ask, and what stands on record of every step."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from contracts.node_api import EmergencyWindow, Standing
from contracts.verdict import Action
from tests.fixtures.number_judging import ABROAD, CALLER, FRIEND, NOW, RESIDENT, entry, judge, steps_of

pytestmark = pytest.mark.unit

CHAIN = ["emergency", "protected", "exact_allow", "contact", "police", "prefix", "score", "class", "default"]
EMERGENCY = (EmergencyWindow(resident_id=RESIDENT.resident_id, until=NOW + timedelta(minutes=90)),)
PROTECTED = entry("codes", Action.PASS)
ALLOWED = entry("allow", Action.PASS)
WANTED = entry("police", Action.REJECT, category="wanted")
WANTED_PREFIX = entry("police", Action.DIVERT, "1380000", "prefix")
PREFIX = entry("reports", Action.MONITOR, "1380", "prefix")
SCORED = entry("reports", Action.MONITOR)
REPORTED = (Standing(number="+8613800001234", score=0.6, reports=9),)
# The rules of the chain as facts about one call, the first to decide in front.
FACTS = [
    ("emergency", {"emergencies": EMERGENCY}, (), Action.PASS),
    ("protected", {}, (PROTECTED,), Action.PASS),
    ("exact_allow", {}, (ALLOWED,), Action.PASS),
    ("contact", {"resident": FRIEND}, (), Action.PASS),
    ("police", {}, (WANTED,), Action.REJECT),
    ("prefix", {}, (PREFIX,), Action.MONITOR),
    ("score", {"standings": REPORTED}, (SCORED,), Action.MONITOR),
    ("default", {}, (), Action.PASS),
]
# A contact whom the police look for is heard: see below.
NEIGHBOURS = [pair for pair in pairwise(FACTS) if pair[0][0] != "contact"]


@pytest.mark.parametrize("place", [place for place, fact in enumerate(FACTS) if fact[0] != "contact"])
def test_the_first_rule_of_the_chain_that_knows_the_number_decides(place):
    told, entries = {}, ()
    for _, facts, listed, _ in FACTS[place:]:
        told, entries = told | facts, entries + listed
    verdict = judge(CALLER, *entries, **told)
    rule, _, _, action = FACTS[place]
    assert (verdict.rules[-1].rule, verdict.action) == (rule, action)


@pytest.mark.parametrize(("first", "second"), NEIGHBOURS, ids=lambda fact: fact[0])
def test_of_two_neighbours_in_the_chain_the_first_decides(first, second):
    rule, facts, entries, action = first
    verdict = judge(CALLER, *second[2], *entries, **(second[1] | facts))
    assert (verdict.rules[-1].rule, verdict.action) == (rule, action)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact[0])
def test_the_rules_before_the_one_that_decides_are_on_record_in_their_order(fact):
    rule, facts, entries, _ = fact
    walked = [step.rule for step in judge(CALLER, *entries, **facts).rules]
    assert walked == CHAIN[: CHAIN.index(rule) + 1]


def test_a_call_nothing_is_known_of_walks_the_whole_chain():
    verdict = judge(CALLER)
    told = [(step.rule, step.matched, step.reason) for step in verdict.rules]
    assert told == [
        *((rule, False, None) for rule in CHAIN[:6]),
        ("score", True, "首次呼叫该居民"),
        ("class", False, None),
        ("default", True, "没有足以决定的依据，按策略处置"),
    ]


def test_a_verdict_names_release_list_version_entry_and_category():
    verdict = judge(CALLER, entry("police", Action.DIVERT, id="77", category="冒充客服"))
    last = verdict.rules[-1]
    told = (verdict.list_version, last.list, last.version, last.entry, last.action, last.reason)
    assert told == ("7", "police", 12, "77", Action.DIVERT, "冒充客服")


# --- emergency ---


def test_in_an_emergency_window_even_an_imitation_passes():
    verdict = judge("+86110", trunk=ABROAD, emergencies=EMERGENCY)
    last = verdict.rules[-1]
    assert (verdict.action, last.rule, last.reason) == (
        Action.PASS,
        "emergency",
        "居民刚拨打过 110 或 120，来电一律放行",
    )


@pytest.mark.parametrize("until", [NOW, NOW - timedelta(seconds=1)])
def test_an_emergency_window_ends_at_its_time(until):
    window = EmergencyWindow(resident_id=RESIDENT.resident_id, until=until)
    assert judge(CALLER, WANTED, emergencies=(window,)).action is Action.REJECT


def test_an_emergency_of_somebody_else_changes_nothing():
    window = EMERGENCY[0].model_copy(update={"resident_id": "resident-2"})
    assert judge(CALLER, WANTED, emergencies=(window,)).action is Action.REJECT


# --- allowed numbers and contacts ---


@pytest.mark.parametrize("rule", ["exact_allow", "prefix"])
def test_an_allowed_number_from_abroad_is_not_believed(rule):
    allowed = ALLOWED if rule == "exact_allow" else entry("allow", Action.PASS, "138", "prefix")
    verdict = judge(CALLER, allowed, trunk=ABROAD)
    (refused,) = steps_of(verdict, rule)
    told = (verdict.action, refused.matched, refused.entry, refused.action, refused.reason)
    assert told == (Action.MONITOR, False, allowed.id, None, "不予采信：国际中继上显示境内号码")


def test_an_allowed_block_passes_at_home():
    passing = entry("allow", Action.PASS, "138", "prefix")
    verdict = judge(CALLER, passing, SCORED, unlisted=Action.MONITOR)
    assert (verdict.action, verdict.rules[-1].rule) == (Action.PASS, "prefix")


@pytest.mark.parametrize("action", [Action.MONITOR, Action.DIVERT, Action.REJECT])
def test_an_allow_list_asks_for_no_more_than_a_label(action):
    assert judge(CALLER, entry("allow", action)).action is Action.INDICATE


def test_a_contact_passes():
    verdict = judge(CALLER, SCORED, resident=FRIEND, unlisted=Action.MONITOR)
    last = verdict.rules[-1]
    assert (verdict.action, last.rule, last.reason) == (Action.PASS, "contact", "居民登记的联系人")


def test_a_contact_of_somebody_else_is_no_contact():
    assert judge(CALLER, resident=RESIDENT, unlisted=Action.MONITOR).action is Action.MONITOR


@pytest.mark.parametrize(
    ("listed", "action"),
    [
        (WANTED, Action.MONITOR),
        (WANTED_PREFIX, Action.MONITOR),
        (entry("police", Action.MONITOR), Action.MONITOR),
        (entry("police", Action.INDICATE), Action.INDICATE),
        (entry("police", Action.REJECT, shadow=True), Action.PASS),
    ],
)
def test_a_contact_never_lowers_an_entry_of_the_police_below_listening(listed, action):
    verdict = judge(CALLER, listed, resident=FRIEND)
    assert (verdict.action, verdict.rules[-1].rule) == (action, "contact")


def test_a_contact_whom_the_police_look_for_is_heard_with_their_entry_on_record():
    verdict = judge(CALLER, WANTED, resident=FRIEND)
    last = verdict.rules[-1]
    assert (last.entry, last.list, last.version, last.action) == (WANTED.id, "police", 12, Action.MONITOR)
    assert (last.reason, verdict.number_risk) == ("居民登记的联系人，但在公安名单上：wanted", 1.0)


def test_a_contact_whom_the_police_look_for_is_refused_where_the_number_is_not_believed():
    verdict = judge(CALLER, WANTED, resident=FRIEND, trunk=ABROAD)
    assert (verdict.action, verdict.rules[-1].rule) == (Action.REJECT, "police")


# --- hard lists ---


@pytest.mark.parametrize("action", Action)
def test_entries_of_a_hard_list_are_acted_on_as_written(action):
    verdict = judge(CALLER, entry("police", action), unlisted=Action.MONITOR)
    assert (verdict.action, verdict.rules[-1].rule) == (action, "police")


@pytest.mark.parametrize("action", [Action.PASS, Action.INDICATE])
def test_what_a_hard_list_would_let_through_is_not_believed_from_abroad(action):
    assert judge(CALLER, entry("police", action), trunk=ABROAD).action is Action.MONITOR


@pytest.mark.parametrize(
    ("action", "risk"),
    [(Action.PASS, 0.0), (Action.INDICATE, 0.5), (Action.MONITOR, 1.0), (Action.REJECT, 1.0)],
)
def test_an_entry_of_a_hard_list_is_as_certain_as_its_action(action, risk):
    assert judge(CALLER, entry("police", action)).number_risk == risk


def test_an_entry_of_the_number_itself_speaks_before_its_block():
    block = entry("police", Action.REJECT, "13800001", "prefix")
    assert judge(CALLER, block, entry("province", Action.MONITOR)).rules[-1].list == "province"


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (("138", "prefix"), ("1380000", "prefix")),
        (("1380000", "prefix"), ("13800001000..13800001999", "range")),
        (("13800001000..13800001999", "range"), ("138000012", "prefix")),
    ],
)
def test_a_narrower_block_speaks_before_a_wider_one_of_a_list_before_it(wide, narrow):
    verdict = judge(CALLER, entry("police", Action.REJECT, *wide), entry("province", Action.MONITOR, *narrow))
    assert verdict.rules[-1].list == "province"


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
@pytest.mark.parametrize("pattern", [(CALLER, "exact"), ("1380000", "prefix")])
def test_of_contradictory_hard_lists_the_one_of_precedence_decides(pattern, order):
    entries = [entry("police", Action.INDICATE, *pattern), entry("province", Action.REJECT, *pattern)][order]
    verdict = judge(CALLER, *entries)
    assert (verdict.action, verdict.rules[-1].list) == (Action.INDICATE, "police")


# --- score lists ---


@pytest.mark.parametrize("action", [Action.MONITOR, Action.DIVERT, Action.REJECT])
@pytest.mark.parametrize(
    "pattern", [(CALLER, "exact"), ("138", "prefix"), ("13800001000..13800001999", "range")]
)
def test_a_score_list_never_asks_for_more_than_listening(pattern, action):
    verdict = judge(CALLER, entry("reports", action, *pattern))
    assert (verdict.action, verdict.rules[-1].action) == (Action.MONITOR, Action.MONITOR)


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_of_several_score_lists_the_most_severe_entry_decides(order):
    entries = [entry("reports", Action.INDICATE), entry("complaints", Action.MONITOR)][order]
    verdict = judge(CALLER, *entries)
    assert (verdict.action, verdict.rules[-1].list) == (Action.MONITOR, "complaints")


@pytest.mark.parametrize("pattern", [(CALLER, "exact"), ("138", "prefix")])
def test_a_mild_entry_of_a_score_list_labels_the_call(pattern):
    verdict = judge(CALLER, entry("reports", Action.INDICATE, *pattern))
    assert (verdict.action, verdict.rules[-1].list) == (Action.INDICATE, "reports")


@pytest.mark.parametrize("pattern", [(CALLER, "exact"), ("138", "prefix")])
def test_a_mild_entry_does_not_keep_a_bad_sign_from_being_heard(pattern):
    verdict = judge(CALLER, entry("reports", Action.INDICATE, *pattern), trunk=ABROAD)
    assert (verdict.action, verdict.rules[-1].rule) == (Action.MONITOR, "class")


def test_a_score_entry_decides_before_the_class_and_keeps_its_risk():
    verdict = judge(CALLER, SCORED, trunk=ABROAD)
    assert (verdict.rules[-1].rule, verdict.number_risk) == ("score", 0.95)


@pytest.mark.parametrize("pattern", [(CALLER, "exact"), ("138", "prefix")])
def test_a_score_list_lets_nobody_pass(pattern):
    verdict = judge(CALLER, entry("reports", Action.PASS, *pattern), unlisted=Action.MONITOR)
    assert (verdict.action, verdict.rules[-1].rule) == (Action.MONITOR, "default")


# --- shadow and validity ---


@pytest.mark.parametrize(
    ("name", "action", "pattern", "rule", "asked"),
    [
        ("codes", Action.PASS, (CALLER, "exact"), "protected", Action.PASS),
        ("allow", Action.PASS, (CALLER, "exact"), "exact_allow", Action.PASS),
        ("police", Action.REJECT, (CALLER, "exact"), "police", Action.REJECT),
        ("police", Action.DIVERT, ("138", "prefix"), "police", Action.DIVERT),
        ("allow", Action.PASS, ("138", "prefix"), "prefix", Action.PASS),
        ("reports", Action.REJECT, ("138", "prefix"), "prefix", Action.MONITOR),
        ("reports", Action.MONITOR, (CALLER, "exact"), "score", Action.MONITOR),
    ],
)
def test_a_shadow_entry_is_on_record_with_its_action_and_changes_nothing(name, action, pattern, rule, asked):
    shadow = entry(name, action, *pattern, shadow=True)
    verdict = judge(CALLER, shadow, unlisted=Action.INDICATE)
    step = steps_of(verdict, rule)[0]
    assert (step.matched, step.shadow, step.action, step.entry) == (True, True, asked, shadow.id)
    assert step.reason == "known（仅记录，不执行）"
    assert (verdict.action, verdict.number_risk) == (Action.INDICATE, judge(CALLER).number_risk)


def test_behind_a_shadow_entry_the_next_entry_of_the_same_rule_decides():
    shadow = entry("police", Action.REJECT, shadow=True)
    verdict = judge(CALLER, shadow, entry("province", Action.DIVERT))
    steps = steps_of(verdict, "police")
    assert [(step.list, step.shadow) for step in steps] == [("police", True), ("province", False)]
    assert verdict.action is Action.DIVERT


@pytest.mark.parametrize("times", [{"expires_at": NOW}, {"valid_from": NOW + timedelta(seconds=1)}])
@pytest.mark.parametrize("pattern", [(CALLER, "exact"), ("138", "prefix")])
def test_an_entry_that_is_not_valid_now_says_nothing(pattern, times):
    verdict = judge(CALLER, entry("police", Action.REJECT, *pattern, **times))
    assert (verdict.action, steps_of(verdict, "police")[0].entry) == (Action.PASS, None)


@pytest.mark.parametrize("raw", ["anonymous", "12", "nobody"])
def test_a_call_without_a_number_stands_in_no_list_and_is_nobodys_contact(raw):
    nobody = FRIEND.model_copy(update={"contacts": ("",)})
    verdict = judge(raw, WANTED, resident=nobody)
    assert [step.rule for step in verdict.rules if step.matched] == ["class", "default"]


@pytest.mark.parametrize("pattern", [(CALLER,), ("1380000", "prefix")])
@pytest.mark.parametrize("listed", [Action.PASS, Action.INDICATE, Action.MONITOR, Action.REJECT])
@pytest.mark.parametrize("unlisted", [Action.MONITOR, Action.REJECT])
def test_a_place_on_a_score_list_never_makes_a_caller_less_watched(pattern, listed, unlisted):
    verdict = judge(CALLER, entry("reports", listed, *pattern), unlisted=unlisted)
    assert verdict.action is unlisted
