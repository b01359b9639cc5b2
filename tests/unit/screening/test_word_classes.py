"""Wordings with word classes: any word of a class in its place."""

from __future__ import annotations

import pytest

from contracts.evidence import Context, Speaker, Stage
from screening.matcher import Matcher
from screening.phrase import Phrase
from screening.phrasebook import Phrasebook
from screening.word_class import WordClass

pytestmark = pytest.mark.unit

WORDS = (
    WordClass("not", ("不要", "别跟", "先别")),
    WordClass("tell", ("告诉", "讲", "说出去", "透露给别人")),
    WordClass("family", ("家里人", "老伴", "孩子")),
    WordClass("digits", ("数字", "码", "六位数")),
    WordClass("read", ("念", "报", "读一遍")),
)


def find(wording, text, stage=Stage.ASK):
    phrase = Phrase(id="p", wordings=(wording,), weight=1, stage=stage)
    return Matcher(Phrasebook("1", (phrase,), words=WORDS)).find(text, Speaker.CALLER)


def found(wording, text):
    return [match.text for match in find(wording, text)]


@pytest.mark.parametrize(
    ("wording", "text", "expected"),
    [
        ("{not}…{tell}…{family}", "这事先别急着告诉你家老伴啊", "先别急着告诉你家老伴"),
        ("{not}{family}{tell}", "您别跟孩子讲", "别跟孩子讲"),
        ("把{digits}{read}给我", "把六位数报给我", "把六位数报给我"),
        ("把…{digits}{read}给我", "把六位树读一遍给我", "把六位树读一遍给我"),
        ("把{digits}…给我", "把吗码给我", None),
        ("{tell}…{family}", "透露给别能的是家里人", "透露给别能的是家里人"),
        ("{tell}…{family}", "你说出来吧家里仁", None),
        ("{family}", "我老伴", "老伴"),
        ("{tell}{tell}", "讲讲讲", "讲讲"),
        ("{not}…{tell}", "不要一二三四五六七八讲", "不要一二三四五六七八讲"),
        ("{not}…{tell}", "不要一二三四五六七八九讲", None),
        ("{not}{tell}", "不要再讲", None),
        ("{not}…{tell}…{family}", "告诉家里人不要", None),
    ],
)
def test_any_word_of_a_class_stands_for_it(wording, text, expected):
    assert found(wording, text) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("wording", "text"),
    [
        ("{read}…{digits}", "抱一下数字"),  # 报
        ("{read}…{digits}", "报一下输自"),  # 数字
        ("{tell}…{family}", "告诉嫁李仁"),  # 家里人
        ("{tell}…{family}", "透露给不是家里人"),  # 透露给别人
    ],
)
def test_a_word_that_only_sounds_like_one_of_a_class_is_not_found(wording, text):
    assert found(wording, text) == []


def test_the_wording_is_told_with_the_words_that_were_found():
    (match,) = find("把{digits}…{read}给我", "把那个码给他念给我")
    assert match.wording == "把码…念给我"


def test_of_several_places_that_with_the_fewest_errors_is_told():
    (match,) = find("{tell}…{family}", "透露给别能家里人透露给别人家里人")
    assert (match.span, match.score) == ((8, 16), 100.0)


def test_a_word_with_an_error_makes_a_wording_less_alike():
    (match,) = find("{tell}…{family}", "透露给别能家里人")
    assert match.score == pytest.approx(100 * (1 - 0.5 / 8))


@pytest.mark.parametrize(
    ("wording", "text", "context"),
    [
        ("{not}…{tell}…{family}", "不要告诉家里人", Context.PLAIN),
        ("{not}…{family}", "别跟家里人", Context.PLAIN),
        ("{digits}…{read}给我", "不要把数字念给我", Context.DENIED),
        ("{digits}…{read}给我", "数字不要念给我", Context.DENIED),
        ("{digits}…{read}…给我", "数字不要念了再给我", Context.DENIED),
        ("{digits}…{read}给我", "骗子会说把数字念给我", Context.QUOTED),
        ("{digits}…{read}给我", "数字念给我", Context.PLAIN),
    ],
)
def test_a_negation_denies_what_follows_unless_the_wording_holds_it(wording, text, context):
    assert [match.context for match in find(wording, text)] == [context]


@pytest.mark.timeout(60)
def test_as_much_of_one_character_as_an_utterance_may_hold_is_searched_in_bounded_time():
    assert find("{tell}…{tell}…{tell}…{tell}…{tell}", "讲" * 1_000)
