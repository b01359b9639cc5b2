"""Finding phrases by their sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.evidence import Speaker, Stage
from screening.matcher import Matcher, matcher_of
from screening.phrase import Phrase, Speakers
from screening.phrasebook import Phrasebook

pytestmark = pytest.mark.unit


def find(wording, text, said_by=Speaker.CALLER, **fields):
    phrase = Phrase(id="p", wordings=(wording,), weight=1, **({"stage": Stage.HOOK} | fields))
    return Matcher(Phrasebook("1", (phrase,))).find(text, said_by)


def found(wording, text, **fields):
    return [match.text for match in find(wording, text, **fields)]


@pytest.mark.parametrize(
    ("wording", "text", "expected"),
    [
        ("安全账户", "转到安全帐户里", "安全帐户"),
        ("安全账户", "转到安全，那个，账户里", "安全，那个，账户"),
        ("安全账户", "轉到安全帳戶裡", "安全帳戶"),
        ("扣八百元", "每月扣800元", "扣800元"),
        ("配合我们调查案件", "请您配合我们调查按键", "配合我们调查按键"),
        ("配合我们调查案件", "请配合他们调查案件", "配合他们调查案件"),
        ("可疑交易", "一笔可以交易", "可以交易"),
        ("安全账户", "转到安全长户里", "安全长户"),
        ("指定的账户里", "指定账户里", "指定账户里"),
        ("转到…账户", "转到我们指定的账户里面", "转到我们指定的账户"),
        ("转到…账户", "转到账户的账户", "转到账户"),
        ("转到…账户", "转到转到账户", "转到账户"),
        ("先…再…账户", "先先说再转再说账户", "先说再转再说账户"),
        ("名下…涉", "您名下的卡涉案", "名下的卡涉"),
    ],
)
def test_a_phrase_is_found_by_its_sound(wording, text, expected):
    assert found(wording, text) == [expected]


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("安全账户", "安全第一"),
        ("安全账户", "安"),
        ("配合我们调查案件", "配合"),
        ("警号", "井好"),
        ("可疑交易", "可以加一"),
        ("安全账户", "安全出口"),
        ("安全账户", "安全的账户"),
        ("转到…账户", "账户转到"),
        ("转到…账户", "转到一二三四五六七八九账户"),
        ("名下…涉", "名下的卡设好"),
        ("不要挂断电话啊您", "要挂断电话您"),
        ("请您配合我们调查", "请您不配合我们调查"),
        ("请您配合我们调查", "请您别配合我们调查"),
        ("安全账户", ""),
    ],
)
def test_what_only_resembles_a_phrase_is_not_found(wording, text):
    assert found(wording, text) == []


def test_a_negation_of_something_else_leaves_the_phrase():
    assert found("共享屏幕", "别挂电话共享屏幕") == ["共享屏幕"]


@pytest.mark.parametrize("wording", ["共享屏幕", "共享…幕"])
def test_a_phrase_denied_once_is_found_where_it_is_said_in_earnest(wording):
    assert [match.span for match in find(wording, "不要共享屏幕给别人您共享屏幕")] == [(10, 14)]


def test_a_phrase_with_a_slot_never_begins_between_two_characters():
    assert found("aa…bb", "xaayybb") == ["aayybb"]


def test_a_protective_phrase_may_be_a_negation():
    assert found("转账都是诈骗", "转账都是诈骗", stage=Stage.PROTECTIVE)


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("密码不要告诉", "案件保密不要告诉任何人"),
        ("不要告诉任何人包括", "案件保密不要告诉任何人"),
        ("不要把验证码告诉", "怎么不把验证码告诉我"),
        ("有人冒充", "有人冒用您的身份"),
    ],
)
def test_a_protective_phrase_is_not_found_in_what_only_resembles_it(wording, text):
    assert found(wording, text, stage=Stage.PROTECTIVE) == []


def test_a_protective_phrase_is_found_by_its_sound():
    assert found("不要给陌生人转账", "不要给陌生人转帐", stage=Stage.PROTECTIVE) == ["不要给陌生人转帐"]


def test_the_second_place_of_a_short_phrase_is_found_where_the_first_only_sounds_like_it():
    assert [match.span for match in find("警号", "井好警号")] == [(2, 4)]


def test_a_phrase_of_the_resident_is_not_heard_from_the_caller():
    assert find("我去转账", "我去转账", Speaker.CALLER, speaker=Speakers.RESIDENT) == ()


def test_a_phrase_of_anybody_is_heard_from_the_resident():
    assert find("我去转账", "我去转账", Speaker.RESIDENT, speaker=Speakers.ANY)


def test_of_several_wordings_the_best_counts():
    phrase = Phrase(id="p", wordings=("请配合他们调查案件", "配合我们调查案件"), stage=Stage.HOOK, weight=1)
    (match,) = Matcher(Phrasebook("1", (phrase,))).find("请配合我们调查案件", Speaker.CALLER)
    assert (match.wording, match.score) == ("配合我们调查案件", 100.0)


def test_a_phrasebook_is_made_ready_once(shipped, shipped_matcher):
    assert matcher_of(shipped) is shipped_matcher


@given(st.text(max_size=80), st.sampled_from(Speaker))
def test_no_text_makes_matching_fail(shipped_matcher, text, speaker):
    assert isinstance(shipped_matcher.find(text, speaker), tuple)


PIECES = [
    "转到",
    "安全账户",
    "800元",
    "，",
    "嗯",
    "驗證碼",
    "念给我",
    "不要",
    "Ａ",
    "\ue000",
    "喂",
    "洗钱",
    "案件",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_every_span_holds_the_text_it_tells(shipped_matcher, text):
    matches = shipped_matcher.find(text, Speaker.CALLER)
    assert all(match.text and text[slice(*match.span)] == match.text for match in matches)
