"""The judgement on a caller's number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from blacklists.lists import NumberLists
from blacklists.normalise import parse_number
from contracts.node_api import ListEntry
from contracts.verdict import Action
from screening.number_rules import judge_number
from screening.number_signs import TrunkFacts

pytestmark = pytest.mark.unit

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOME = TrunkFacts(domestic=True, home_area="0536")
ABROAD = TrunkFacts(domestic=False, home_area="")
CALLER = "13800001234"


def entry(list_name, action, pattern=CALLER, kind="exact"):
    return ListEntry(
        id=f"{list_name}-1", list=list_name, pattern=pattern, kind=kind, category="known", action=action
    )


def judge(raw, *entries, trunk=HOME, unlisted=Action.PASS):
    lists = NumberLists(entries, "v7")
    return judge_number(parse_number(raw, "0536"), trunk, lists, NOW, unlisted)


ALLOWED = entry("allow", Action.PASS)
WANTED = entry("police", Action.REJECT)
WANTED_PREFIX = entry("police", Action.DIVERT, "1380000", "prefix")
PREFIX = entry("ranges", Action.DIVERT, "1380", "prefix")
SCORED = entry("reports", Action.MONITOR)


@pytest.mark.parametrize(
    ("entries", "rule", "action"),
    [
        ((ALLOWED, WANTED, PREFIX, SCORED), "exact_allow", Action.PASS),
        ((WANTED, PREFIX, SCORED), "police", Action.REJECT),
        ((WANTED, WANTED_PREFIX), "police", Action.REJECT),
        ((WANTED_PREFIX, PREFIX, SCORED), "police", Action.DIVERT),
        ((PREFIX, SCORED), "prefix", Action.DIVERT),
        ((SCORED,), "score", Action.MONITOR),
        ((), "default", Action.PASS),
    ],
)
def test_the_first_rule_of_the_chain_that_knows_the_number_decides(entries, rule, action):
    verdict = judge(CALLER, *entries)
    assert (verdict.rules[-1].rule, verdict.action) == (rule, action)


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_of_several_score_lists_the_most_severe_entry_decides(order):
    entries = [entry("reports", Action.INDICATE), entry("complaints", Action.MONITOR)][order]
    verdict = judge(CALLER, *entries)
    assert (verdict.action, verdict.rules[-1].list) == (Action.MONITOR, "complaints")


def test_every_step_walked_is_on_record():
    walked = [step.rule for step in judge(CALLER).rules]
    assert walked == ["protected", "exact_allow", "police", "prefix", "score", "class", "default"]


def test_a_verdict_names_list_version_list_and_entry():
    verdict = judge(CALLER, WANTED)
    last = verdict.rules[-1]
    assert (verdict.list_version, last.list, last.entry) == ("v7", "police", "police-1")


@pytest.mark.parametrize("raw", ["110", "96110", "0536 96110", "95588", "12381", "10086"])
def test_a_protected_code_passes_in_its_own_form_on_a_domestic_trunk(raw):
    verdict = judge(raw, unlisted=Action.MONITOR)
    assert (verdict.action, verdict.number_risk) == (Action.PASS, 0.0)


@pytest.mark.parametrize("raw", ["110", "96110", "95588", CALLER, "0536 8231234", "4001234567"])
def test_a_domestic_number_from_abroad_is_the_strongest_sign(raw):
    verdict = judge(raw, trunk=ABROAD)
    assert (verdict.action, verdict.number_risk) == (Action.MONITOR, 0.95)


@pytest.mark.parametrize(
    "raw",
    [
        "+86110",
        "0086 96110",
        "+86 95588",
        "86110",
        "0021110",
        "+1 212 555 0110",
        "+855 1296110",
        "+8653696110",
    ],
)
def test_an_imitation_of_a_protected_code_is_listened_to(raw):
    verdict = judge(raw)
    assert (verdict.action, verdict.number_risk) == (Action.MONITOR, 0.9)


@pytest.mark.parametrize("raw", ["13800000110", "+86 138 0009 6110", "0536 8231110"])
def test_a_subscriber_whose_number_ends_in_a_code_imitates_nobody(raw):
    assert judge(raw).number_risk == 0.0


@pytest.mark.parametrize(
    ("raw", "risk"),
    [("anonymous", 0.3), ("17000001234", 0.2), ("4001234567", 0.3), ("96315", 0.3), ("9512345", 0.3)],
)
def test_a_weak_sign_is_a_risk_and_leaves_the_default(raw, risk):
    verdict = judge(raw, unlisted=Action.INDICATE)
    assert (verdict.action, verdict.number_risk) == (Action.INDICATE, risk)


def test_a_foreign_number_is_listened_to():
    verdict = judge("+1 212 555 0123")
    assert (verdict.action, verdict.number_risk) == (Action.MONITOR, 0.5)


def test_a_sign_does_not_soften_a_stricter_default():
    assert judge("+1 212 555 0123", unlisted=Action.DIVERT).action is Action.DIVERT


def test_an_allowed_number_from_abroad_is_not_believed():
    verdict = judge(CALLER, ALLOWED, trunk=ABROAD)
    refused = next(step for step in verdict.rules if step.rule == "exact_allow")
    assert (verdict.action, refused.matched, refused.entry) == (Action.MONITOR, False, "allow-1")


def test_an_allowing_prefix_is_not_believed_from_abroad():
    assert judge(CALLER, entry("ranges", Action.PASS, "138", "prefix"), trunk=ABROAD).action is Action.MONITOR


def test_an_allowing_prefix_passes_at_home():
    passing = entry("ranges", Action.PASS, "138", "prefix")
    assert judge(CALLER, passing, unlisted=Action.MONITOR).action is Action.PASS


def test_an_entry_of_the_protected_list_passes_like_a_known_code():
    assert (
        judge("96315", entry("protected", Action.PASS, "96315"), unlisted=Action.MONITOR).action
        is Action.PASS
    )


@pytest.mark.parametrize("action", [Action.DIVERT, Action.REJECT])
def test_a_score_alone_never_rejects(action):
    assert judge(CALLER, entry("reports", action)).action is Action.MONITOR


def test_an_entry_of_the_police_is_certain():
    assert judge(CALLER, WANTED).number_risk == 1.0


def test_a_listed_number_keeps_the_risk_of_its_stronger_sign():
    assert judge(CALLER, SCORED, trunk=ABROAD).number_risk == 0.95
