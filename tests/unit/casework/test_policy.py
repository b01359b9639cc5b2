"""The shipped policies say what R21 and R25 say, and every mistake is named with its line."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.document import PolicyError
from casework.policy import Policy, Unlisted, shipped_text
from contracts.taxonomy import RiskLevel, ScamType

pytestmark = pytest.mark.unit


def test_the_default_policy_redials_after_two_and_five_minutes_and_visits_after_ten() -> None:
    plan = Policy.shipped("default").plan_for(RiskLevel.MEDIUM, ScamType.POLICE)
    assert plan.voice.redials == (timedelta(minutes=2), timedelta(minutes=5))
    assert plan.visit_after == timedelta(minutes=10)
    assert plan.meet_within == timedelta(minutes=30)


def test_the_default_policy_orders_the_visit_of_a_high_alert_at_once() -> None:
    assert Policy.shipped("default").plan_for(RiskLevel.HIGH, ScamType.POLICE).visit_after == timedelta(0)


@pytest.mark.parametrize("name", ["default", "demo"])
def test_shipped_policies_force_the_visits_of_r25(name: str) -> None:
    forced = {scam_type for scam_type in ScamType if scam_type.forces_visit}
    assert Policy.shipped(name).force_visit == forced  # type: ignore[arg-type]


def test_the_demo_policy_dials_twice_four_seconds_apart() -> None:
    plan = Policy.shipped("demo").plan_for(RiskLevel.HIGH, ScamType.POLICE)
    assert plan.voice.redials == (timedelta(seconds=4),)
    assert plan.visit_after == timedelta(seconds=120)


def test_an_alert_without_a_level_is_planned_like_a_low_one() -> None:
    assert Policy.shipped("default").plan_for(RiskLevel.NONE, ScamType.LOAN).level is RiskLevel.LOW


def test_in_call_rules_are_read() -> None:
    in_call = Policy.parse(
        _with("hang_up_caller_at: never ", "hang_up_caller_at: high ").replace(
            "unlisted_caller: monitor ", "unlisted_caller: pass "
        )
    ).in_call
    assert in_call.hang_up_caller_at is RiskLevel.HIGH
    assert in_call.unlisted_caller is Unlisted.PASS


def test_two_texts_have_two_versions() -> None:
    changed = Policy.parse(_with("10 min", "12 min"))
    assert changed.version != Policy.shipped("default").version
    assert changed.version.startswith("default@")


MISTAKES = [
    ("ring_seconds: 30", "ring_seconds: soon", "seconds from 1 to 120"),
    ("ring_seconds: 30", "ring_seconds: 600", "seconds from 1 to 120"),
    ("visit_after: 10 min", "visit_after: 10 minutes", "a number with its unit"),
    ("visit_after: 10 min", "visit_after: 40 min", "before the meeting"),
    ("visit_after: 10 min", "visit_after: [1, 2]", "a single word"),
    ("redials: [2 min, 5 min]", "redials: 2 min", "write a list"),
    ("force_visit: [tasks,", "force_visit: [task,", "use one of"),
    ("force_visit: [tasks, investment, dating]", "force_visit: [tasks, police]", "add investment, dating"),
    ("visit_after: 10 min", "visit_after: 99999999999 d", "at most 366 d"),
    ("visit_after: 10 min", f"visit_after: {'9' * 400} d", "at most 366 d"),
    ("visit_after: 10 min", "visit_after: 367 d", "at most 366 d"),
    ("whisper_at: medium", "whisper_at: loud", "use low, medium, high or never"),
    ("unlisted_caller:", "unlisted:", "use each of"),
    ("meet_within: 30 min", "visit_after: 30 min", "use each of"),
    ("    feedback_within: 24 h\n", "", "add feedback_within"),
    ("unlisted_caller: monitor", "unlisted_caller: {monitor: 1}", "a single word"),
]


@pytest.mark.parametrize(
    ("right", "wrong", "remedy"), MISTAKES, ids=[wrong[:40] or "-" for _, wrong, _ in MISTAKES]
)
def test_a_mistake_is_named_with_its_line_and_its_remedy(right: str, wrong: str, remedy: str) -> None:
    text = _with(right, wrong)
    with pytest.raises(PolicyError, match=rf"^policy line \d+: .*{remedy}"):
        Policy.parse(text)


def test_the_line_named_is_the_line_of_the_mistake() -> None:
    text = _with("unlisted_caller: monitor", "unlisted_caller: perhaps")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "perhaps" in row)
    with pytest.raises(PolicyError, match=rf"^policy line {line}: in_call.unlisted_caller is 'perhaps'"):
        Policy.parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("name: [", "not YAML"),
        ("\x00", "not YAML"),
        ("- a\n- b", "write a mapping"),
        ("name: x\nin_call: 3\nforce_visit: []\nlevels: 4", "write a mapping"),
    ],
)
def test_what_is_no_policy_at_all_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said) as refused:
        Policy.parse(text)
    assert refused.value.code == "policy.bad"


def _with(right: str, wrong: str) -> str:
    text = shipped_text("default")
    assert right in text
    return text.replace(right, wrong, 1)
