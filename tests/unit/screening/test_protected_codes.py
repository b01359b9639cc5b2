"""Codes nobody may imitate: believed as their holders present them, and else not."""

from __future__ import annotations

import pytest

from contracts.verdict import Action
from tests.fixtures.number_judging import ABROAD, FRIEND, HOME, RESIDENT, entry, judge, steps_of

pytestmark = pytest.mark.unit

HOLDERS = {
    "110": "公安报警",
    "119": "火警",
    "120": "医疗急救",
    "122": "交通事故",
    "12110": "短信报警",
    "12381": "涉诈预警短信",
    "12345": "政务服务热线",
    "12315": "消费者投诉",
    "96110": "反诈预警专线",
    "10000": "中国电信",
    "10010": "中国联通",
    "10086": "中国移动",
    "10099": "中国广电",
    "95588": "银行",
}
PREFIXED = ["", "0536", "0536 ", "0536-", "010", "(021)", "0951", "tel:"]
NOT_AS_PRESENTED = ["+86{}", "0086{}", "86{}", "+{}", "00{}", "+860536{}", "+86536{}", "0300{}", "9{}"]


@pytest.mark.parametrize(("code", "holder"), HOLDERS.items())
@pytest.mark.parametrize("prefix", PREFIXED)
def test_a_protected_code_passes_as_its_holder_presents_it(prefix, code, holder):
    verdict = judge(prefix + code, unlisted=Action.MONITOR)
    last = verdict.rules[-1]
    assert (verdict.action, verdict.number_risk) == (Action.PASS, 0.0)
    assert (last.rule, last.reason) == ("protected", f"境内中继原样显示的 {code}（{holder}）")


@pytest.mark.parametrize("code", HOLDERS)
@pytest.mark.parametrize("prefix", ["", "0536"])
def test_a_protected_code_from_abroad_is_not_believed(prefix, code):
    verdict = judge(prefix + code, trunk=ABROAD)
    (refused,) = steps_of(verdict, "protected")
    assert (refused.matched, refused.reason) == (False, "不予采信：国际中继上显示境内号码")
    last = verdict.rules[-1]
    assert (verdict.action, verdict.number_risk, last.rule) == (Action.MONITOR, 0.95, "class")
    assert "国际中继上显示境内号码" in last.reason


@pytest.mark.parametrize(("code", "holder"), HOLDERS.items())
@pytest.mark.parametrize("form", NOT_AS_PRESENTED)
@pytest.mark.parametrize("trunk", [HOME, ABROAD])
def test_a_protected_code_in_any_other_form_is_an_imitation(trunk, form, code, holder):
    verdict = judge(form.format(code), trunk=trunk)
    assert (verdict.action, verdict.rules[-1].rule) == (Action.MONITOR, "class")
    assert f"仿冒受保护号码 {code}（{holder}）" in verdict.rules[-1].reason


@pytest.mark.parametrize("code", ["111", "12306", "12333", "95338", "96315", "10050"])
def test_other_short_codes_have_no_privilege(code):
    assert judge(code, unlisted=Action.MONITOR).rules[-1].rule == "default"


def test_a_code_of_a_protected_list_passes_like_one_that_is_known():
    verdict = judge("96315", entry("codes", Action.PASS, "96315", id="5"), unlisted=Action.MONITOR)
    last = verdict.rules[-1]
    assert (verdict.action, last.rule, last.entry, last.version) == (Action.PASS, "protected", "5", 10)


def test_codes_may_be_protected_by_their_first_digits():
    verdict = judge("96315", entry("codes", Action.PASS, "963", "prefix"), unlisted=Action.MONITOR)
    assert (verdict.action, verdict.rules[-1].rule) == (Action.PASS, "protected")


@pytest.mark.parametrize("raw", ["+8696315", "0086 96315", "8696315", "+1 212 559 6315", "0096315"])
def test_an_imitation_of_a_listed_code_is_heard_like_one_of_a_known_code(raw):
    verdict = judge(raw, entry("codes", Action.PASS, "96315"))
    assert verdict.action is Action.MONITOR
    assert "仿冒受保护号码 96315（受保护号码名单）" in verdict.rules[-1].reason


def test_a_protected_list_asks_for_nothing_but_passing():
    verdict = judge("96315", entry("codes", Action.REJECT, "96315"), unlisted=Action.MONITOR)
    assert verdict.action is Action.PASS


def test_a_contact_does_not_make_a_code_from_abroad_believed():
    verdict = judge("110", trunk=ABROAD, resident=FRIEND)
    (refused,) = steps_of(verdict, "contact")
    assert (verdict.action, refused.matched) == (Action.MONITOR, False)


def test_a_code_known_to_the_resident_is_decided_by_its_class():
    assert judge("110", resident=RESIDENT).rules[-1].rule == judge("110", resident=FRIEND).rules[-1].rule
