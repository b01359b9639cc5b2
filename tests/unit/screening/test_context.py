"""What is said in earnest, and what is forbidden, denied or told of others."""

from __future__ import annotations

import pytest

from contracts.evidence import Context, Speaker, Stage
from screening.matcher import Matcher
from screening.phrase import Phrase
from screening.phrasebook import Phrasebook

pytestmark = pytest.mark.unit


def match_of(wording, text, stage=Stage.ASK):
    phrase = Phrase(id="p", wordings=(wording,), weight=1, stage=stage)
    (match,) = Matcher(Phrasebook("1", (phrase,))).find(text, Speaker.CALLER)
    return match


def context(wording, text, stage=Stage.ASK):
    return match_of(wording, text, stage).context


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("共享屏幕", "不要共享屏幕"),
        ("共享屏幕", "不会让您共享屏幕"),
        ("共享屏幕", "请勿共享屏幕"),
        ("共享屏幕", "千万别跟他共享屏幕"),
        ("共享屏幕", "没有共享屏幕"),
        ("先转账", "先别急着挂电话先不要先转账"),
        ("验证码告诉", "千万别把验证码告诉别人"),
        ("让您转账", "我们不会让您转账"),
        ("转到安全账户", "我们绝不会要求您转到安全账户"),
        ("验证码", "也不会问您验证码"),
        ("验证码", "我们不要您的卡号和验证码"),
        ("验证码", "验证码千万不要告诉别人"),
        ("验证码…告诉我", "验证码别告诉我"),
        ("手续费", "我们不收任何手续费"),
        ("私下付款", "请不要脱离正规平台私下付款"),
    ],
)
def test_what_is_forbidden_or_denied_is_no_evidence(wording, text):
    assert context(wording, text) is Context.DENIED


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("共享屏幕", "共享屏幕都是诈骗"),
        ("先垫付资金", "凡是让您先垫付资金的兼职都是诈骗"),
        ("涉嫌洗钱", "骗子会说您涉嫌洗钱"),
        ("打开屏幕共享", "骗子会说您开通了会员不取消每月要扣八百元随后要求您下载软件打开屏幕共享"),
        ("下载一个软件", "他们就会让你下载一个软件"),
        ("稳赚不赔", "电视上说稳赚不赔的都不能信"),
        ("安全账户", "隔壁老王被骗了人家让他转到安全账户"),
        ("交工本费", "人家叫他交工本费卡里钱全没了"),
        ("安全账户", "让他把钱转到安全账户"),
        ("先交钱", "要是有人加您微信说帮您退钱喊您先交钱的是骗子"),
        ("涉嫌洗钱", "如果有人说您涉嫌洗钱请立即挂断"),
        ("办理退款", "对方以办理退款为名加您微信"),
        ("公安局", "疑似冒充公安局检察院的诈骗"),
        ("保密", "凡以办案为由要求您保密的"),
        ("先交钱", "先交钱的都是骗子"),
        ("保证金", "让您先交保证金的请挂断电话"),
        ("安全账户", "所有要求您把钱转到安全账户的电话都别信"),
        ("涉嫌洗钱", "他是不是说您涉嫌洗钱"),
        ("转到安全账户", "有没有人让您转到安全账户"),
        ("涉嫌洗钱", "接到自称公安局的电话，说您涉嫌洗钱"),
        ("帮您办理退款", "他说那我帮您办理退款"),
    ],
)
def test_what_is_told_of_others_is_no_evidence(wording, text):
    assert context(wording, text) is Context.QUOTED


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("验证码念给我", "别挂电话把验证码念给我"),
        ("安全账户", "我们不会骗您请转到安全账户"),
        ("安全账户", "这不是诈骗您转到安全账户"),
        ("安全账户", "转到安全账户我们不是骗子"),
        ("把钱转过来", "把钱转过来不要告诉家里人"),
        ("把钱转过来", "不要告诉银行把钱转过来"),
        ("安全账户", "不用担心把钱转到安全账户"),
        ("安全账户", "没关系转到安全账户"),
        ("转到安全账户", "如果不转到安全账户您就要坐牢"),
        ("验证码", "您有没有收到验证码"),
        ("验证码", "能不能把验证码念给我"),
        ("转账", "要不要转账"),
        ("转账", "您还没有转账吗"),
        ("冻结", "配合我们就不会冻结"),
        ("名下的账户", "诈骗团伙用了您名下的账户"),
        ("洗钱案", "洗钱案是诈骗团伙做的"),
        ("名义办了卡", "犯罪分子以您的名义办了卡"),
        ("安全账户", "现在骗子很多为了您的资金安全请您转到安全账户"),
        ("安全账户", "你让他把钱转到安全账户"),
        ("先交手续费", "您被骗的钱可以追回来先交手续费"),
        ("退款", "特别退款"),
        ("尽快", "请尽快回复因为名额有限"),
        ("验证码…告诉我", "验证码您告诉我"),
        ("请您转账", "请您转账"),
        ("转到安全账户", "所有客户都要把钱转到安全账户"),
        ("转到安全账户", "凡是涉案人员都要把钱转到安全账户"),
        ("转到安全账户", "凡是涉案人员必须把钱转到安全账户"),
        ("转到安全账户", "任何涉案人员都得把钱转到安全账户"),
        ("现金取出来", "如果有人问您就说装修用，把现金取出来"),
        ("现金取出来", "如果有人问就说装修用，把现金取出来"),
        ("转到安全账户", "对方是不是骗子我们会查请您转到安全账户"),
        ("转到安全账户", "对方有没有让您转账您把钱转到安全账户"),
        ("转到安全账户", "他说那我的案子结了您转到安全账户"),
        ("转到安全账户", "我是公安局的我打电话说您的钱要转到安全账户"),
    ],
)
def test_an_assurance_a_question_or_a_threat_leaves_evidence_as_it_is(wording, text):
    assert context(wording, text) is Context.PLAIN


def test_the_words_that_tell_the_context_are_told():
    assert match_of("共享屏幕", "我们不会让您共享屏幕").cue == "不会让您"


def test_a_phrase_said_once_in_earnest_is_told_by_that_place():
    assert match_of("共享屏幕", "不要共享屏幕给别人您共享屏幕").span == (10, 14)


def test_a_phrase_that_holds_a_negation_is_not_denied_by_it():
    assert context("不要告诉家人", "不要告诉家人") is Context.PLAIN


def test_a_warning_may_be_a_negation():
    assert context("不要转账", "请不要转账", Stage.PROTECTIVE) is Context.PLAIN


def test_a_denied_warning_is_no_warning():
    assert context("诈骗风险", "没有诈骗风险", Stage.PROTECTIVE) is Context.DENIED
