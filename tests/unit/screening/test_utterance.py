"""What one speaker is saying, heard again and again as it grows and is revised."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.evidence import Speaker
from screening.matcher import Matcher
from screening.normalise import normalise
from screening.phrasebook import Phrasebook

pytestmark = pytest.mark.unit

BOOK = Phrasebook.parse(
    """
version: "1"
words:
  take: [转到, 汇到, 先交, 把钱全部]
  where: [账户, 卡, 我们的账户, 费]
  say: [念给我, 念, 听, 要]
phrases:
- {id: taken, wordings: ["{take}…{where}", "{say}{say}"], stage: ask, weight: 1}
- {id: told, wordings: ["{say}…把…{say}", "不{say}…{take}{where}"], stage: ask, weight: 1}
- {id: short, wordings: [洗钱, 逮捕令], stage: hook, weight: 1}
- {id: slotted, wordings: [转到…账户, 先交…费, 名下…卡…涉嫌], stage: ask, weight: 1}
- {id: long, wordings: [请您配合我们调查, 把验证码念给我听], stage: ask, weight: 1}
- {id: longer, wordings: [把银行卡里的钱全部转到我们的账户], stage: ask, weight: 1}
- {id: warn, wordings: [不要转账], stage: protective, weight: 1}
"""
)
MATCHER = Matcher(BOOK)
PIECES = st.sampled_from(
    [
        *(
            "转到",
            "账户",
            "帐户",
            "洗钱",
            "喜钱",
            "逮捕",
            "令",
            "请您",
            "配合",
            "我们",
            "他们",
            "调查",
            "案件",
        ),
        *("把", "验证码", "念给我", "听", "银行卡", "里的钱", "全部", "名下", "卡", "涉嫌", "先交", "费"),
        *(
            "不要",
            "别",
            "不会让您",
            "骗子会说",
            "凡是",
            "都是诈骗",
            "请挂断",
            "嗯",
            "那个",
            "，",
            "800",
            "0",
            "A",
            "\ud800",
        ),
        *("的话也没有什么大不了" * 3, "好" * 30),
    ]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)
# A recogniser adds to what it said, and takes back some of the end.
REVISIONS = st.lists(st.tuples(st.integers(0, 12), TEXTS), min_size=1, max_size=8)


def said(revisions):
    text = ""
    for taken_back, added in revisions:
        text = text[: max(0, len(text) - taken_back)] + added
        yield text


@settings(max_examples=300)
@given(REVISIONS)
def test_however_a_text_has_grown_it_has_the_matches_of_the_whole(revisions):
    utterance = MATCHER.utterance(Speaker.CALLER)
    texts = list(said(revisions))
    matches = [utterance.hear(text) for text in texts]
    assert matches[-1] == MATCHER.find(texts[-1], Speaker.CALLER)


@settings(max_examples=300)
@given(st.lists(TEXTS, min_size=2, max_size=4))
def test_whatever_was_said_before_a_text_has_the_matches_of_the_whole(texts):
    utterance = MATCHER.utterance(Speaker.CALLER)
    matches = [utterance.hear(text) for text in texts]
    assert matches[-1] == MATCHER.find(texts[-1], Speaker.CALLER)


@settings(max_examples=50, deadline=None)
@given(st.lists(PIECES, min_size=150, max_size=200))
def test_an_utterance_that_never_ends_has_the_matches_of_the_whole(pieces):
    utterance = MATCHER.utterance(Speaker.CALLER)
    matches = [utterance.hear("".join(pieces[:n])) for n in range(0, len(pieces) + 1, 5)]
    text = "".join(pieces[: (len(pieces) // 5) * 5])
    assert matches[-1] == MATCHER.find(text, Speaker.CALLER)


@given(TEXTS)
def test_every_span_holds_what_is_told(text):
    matches = MATCHER.find(text, Speaker.CALLER)
    assert all(match.text and text[slice(*match.span)] == match.text for match in matches)


@given(TEXTS)
def test_a_text_heard_twice_has_the_same_matches(text):
    utterance = MATCHER.utterance(Speaker.CALLER)
    assert utterance.hear(text) == utterance.hear(text)


def test_what_follows_may_turn_what_was_meant_into_what_is_quoted():
    utterance = MATCHER.utterance(Speaker.CALLER)
    contexts = [utterance.hear(text)[0].context for text in ("转到他的账户", "转到他的账户都是诈骗")]
    assert contexts == ["plain", "quoted"]


def test_of_a_text_that_grows_only_the_last_stretch_is_read_again(monkeypatch):
    utterance = MATCHER.utterance(Speaker.CALLER)
    utterance.hear("好" * 300)
    texts = []
    monkeypatch.setattr("screening.reading.normalise", lambda text: texts.append(text) or normalise(text))
    utterance.hear("好" * 300 + "转到账户")
    assert texts == ["好" * 44 + "转到账户"]
