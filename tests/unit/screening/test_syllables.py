"""Text by its sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.normalise import normalise
from screening.syllables import to_syllables

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("安全账户", "安全帐户"),
        ("下载软件", "下在软件"),
        ("是", "四"),
        ("中", "宗"),
        ("车", "册"),
        ("你", "里"),
        ("账", "站"),
        ("声", "深"),
        ("银", "英"),
    ],
)
def test_what_telephone_sound_merges_is_equal(said, heard):
    assert to_syllables(said) == to_syllables(heard)


@pytest.mark.parametrize(("one", "other"), [("大", "他"), ("飞", "灰"), ("转", "专家"), ("安", "恩")])
def test_what_sounds_different_is_different(one, other):
    assert to_syllables(one) != to_syllables(other)


@pytest.mark.parametrize(("said", "heard"), [("飞", "灰"), ("发", "花"), ("福", "湖"), ("风", "轰")])
def test_f_and_h_are_equal_where_they_are_merged(said, heard):
    assert to_syllables(said, merge_f_h=True) == to_syllables(heard, merge_f_h=True)


def test_a_character_is_read_by_its_word():
    assert to_syllables("银行")[1] != to_syllables("行走")[0]


@pytest.mark.parametrize(("word", "text"), [("银行卡", "银行卡具体"), ("中奖了", "中奖了然后")])
def test_a_word_is_read_as_such_whatever_word_its_end_makes_with_the_next(word, text):
    assert to_syllables(text).startswith(to_syllables(word))


def test_letters_stay_as_they_are():
    assert to_syllables("app下")[:3] == "app"


@given(st.text(max_size=60))
def test_each_character_has_one_code_point(text):
    written = normalise(text).text
    assert len(to_syllables(written)) == len(written)


def test_readings_that_do_not_fit_the_text_are_taken_one_by_one(monkeypatch):
    whole = "screening.syllables.lazy_pinyin"
    monkeypatch.setattr(whole, lambda text, **_: ["an"] if len(text) == 1 else ["an", "an", "an"])
    assert len(to_syllables("安全")) == 2
