"""What the form of a number is taken for: imitations, foreign and virtual operators' numbers, services."""

from __future__ import annotations

import pytest

from contracts.verdict import Action
from tests.fixtures.number_judging import ABROAD, HOME, judge, steps_of

pytestmark = pytest.mark.unit

SPOOFS = [
    ("+86110", "110"),
    ("0086110", "110"),
    ("+86 96110", "96110"),
    ("0086 96110", "96110"),
    ("+8696110", "96110"),
    ("00861 10", "110"),
    ("86110", "110"),
    ("8696110", "96110"),
    ("8695588", "95588"),
    ("0021110", "110"),
    ("00110", "110"),
    ("+110", "110"),
    ("+96110", "96110"),
    ("+86 95588", "95588"),
    ("+8612381", "12381"),
    ("+86 10086", "10086"),
    ("+86 0536 96110", "96110"),
    ("+8653696110", "96110"),
    ("+8610110", "110"),
    ("12396110", "96110"),
    ("110110", "110"),
    ("0110", "110"),
    ("+1 212 555 0110", "110"),
    ("001 212 559 6110", "96110"),
    ("+855 1296110", "96110"),
    ("+44 20 7949 5588", "95588"),
    ("+999 12395566", "95566"),
    ("tel:+86-110", "110"),
    ("<sip:+8696110@192.0.2.1;user=phone>", "96110"),
    ("＋８６９６１１０", "96110"),
    ('"110" <sip:+96110@192.0.2.1>', "96110"),
]
NO_SPOOFS = [
    *("13800000110", "+86 138 0009 6110", "+8613800095588", "0536 8231110", "+86 536 823 1110"),
    *("0536 8696110", "8231110", "+1 212 555 0120", "+44 20 7941 0000", "4001234110", "95123110"),
]
WEAK = [
    *(
        (f"{prefix}00001234", "虚拟运营商号段（162、165、167、170、171）", 0.28)
        for prefix in (162, 165, 167, 170, 171)
    ),
    ("+86 170 0000 1234", "虚拟运营商号段（162、165、167、170、171）", 0.28),
    ("anonymous", "未显示号码", 0.3),
    ("sip:anonymous@anonymous.invalid", "未显示号码", 0.3),
    ("4001234567", "400、800 号码只应被叫，不应外呼", 0.46),
    ("400-123-4567", "400、800 号码只应被叫，不应外呼", 0.46),
    ("8001234567", "400、800 号码只应被叫，不应外呼", 0.46),
    ("95123456", "95、96 开头但不是五位的号码", 0.37),
    ("9512345", "95、96 开头但不是五位的号码", 0.37),
    ("951234", "95、96 开头但不是五位的号码", 0.37),
    ("96123456", "95、96 开头但不是五位的号码", 0.37),
    ("961234", "95、96 开头但不是五位的号码", 0.37),
    ("12", "号码过短、过长或无法识别", 0.4),
    ("1" * 30, "号码过短、过长或无法识别", 0.4),
    ("nobody", "号码过短、过长或无法识别", 0.4),
]
FOREIGN = [
    "+1 212 555 0123",
    "0012125550123",
    "+855 12 345 678",
    "0085512345678",
    "+999 1234567",
    "tel:+442079460958",
]
DOMESTIC = [
    "13800001234",
    "+8613800001234",
    "0536 8231234",
    "4001234567",
    "95123456",
    "12306",
    "+86 12345678",
]


@pytest.mark.parametrize(("raw", "code"), SPOOFS)
def test_an_imitation_of_a_protected_code_is_a_strong_sign_and_heard(raw, code):
    verdict = judge(raw)
    last = verdict.rules[-1]
    assert (verdict.action, last.rule, last.action) == (Action.MONITOR, "class", Action.MONITOR)
    assert last.reason.startswith(f"仿冒受保护号码 {code}（")
    assert verdict.number_risk >= 0.9


@pytest.mark.parametrize("raw", NO_SPOOFS)
def test_a_subscriber_whose_number_ends_in_a_code_imitates_nobody(raw):
    reasons = [step.reason for step in judge(raw).rules if step.reason]
    assert not [reason for reason in reasons if "仿冒" in reason]


@pytest.mark.parametrize(("raw", "reason", "risk"), WEAK)
@pytest.mark.parametrize("unlisted", [Action.PASS, Action.INDICATE])
def test_a_weak_sign_is_a_risk_and_never_enough_alone(unlisted, raw, reason, risk):
    verdict = judge(raw, unlisted=unlisted)
    (sign,) = steps_of(verdict, "class")
    assert (sign.matched, sign.action, sign.reason) == (True, None, reason)
    assert (verdict.action, verdict.rules[-1].rule, verdict.number_risk) == (unlisted, "default", risk)


@pytest.mark.parametrize("raw", FOREIGN)
@pytest.mark.parametrize("trunk", [HOME, ABROAD])
def test_a_foreign_number_is_a_medium_sign_and_heard(trunk, raw):
    verdict = judge(raw, trunk=trunk)
    last = verdict.rules[-1]
    assert (verdict.action, last.rule, verdict.number_risk) == (Action.MONITOR, "class", 0.55)
    assert last.reason == "境外号码；综合风险 0.55"


@pytest.mark.parametrize("raw", DOMESTIC)
def test_a_domestic_number_from_abroad_is_the_strongest_sign(raw):
    verdict = judge(raw, trunk=ABROAD)
    last = verdict.rules[-1]
    assert (verdict.action, last.rule, verdict.number_risk) == (Action.MONITOR, "class", 0.95)
    assert last.reason.startswith("国际中继上显示境内号码；")


@pytest.mark.parametrize("raw", ["13800001234", "0536 8231234", "8231234", "12306", "95338", "96315"])
def test_an_ordinary_number_bears_no_sign(raw):
    (sign,) = steps_of(judge(raw), "class")
    assert (sign.matched, sign.reason) == (False, None)


def test_signs_of_one_number_are_told_the_strongest_first():
    (sign,) = steps_of(judge("4001234567", trunk=ABROAD), "class")
    assert sign.reason == "国际中继上显示境内号码；400、800 号码只应被叫，不应外呼；综合风险 0.95"


def test_a_sign_does_not_soften_a_stricter_default():
    assert judge("+1 212 555 0123", unlisted=Action.DIVERT).action is Action.DIVERT
