"""One written form for what was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.normalise import normalise

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("錢轉賬戶", "钱转账户"),
        ("Ａpp，下载！", "app下载"),
        ("嗯那个就是说转账啊", "转账"),
        ("800元", "八百元"),
        ("两百块", "二百块"),
        ("20%的收益", "百分之二十的收益"),
        ("3.5万", "三点五万"),
        ("96110", "九六一一零"),
        ("九六幺幺零", "九六一一零"),
        ("0536", "零五三六"),
        ("...", ""),
        ("\ufdfa转账", "转账"),
        ("\ud800转账😀\x00", "转账"),
        ("", ""),
    ],
)
def test_a_text_takes_its_one_form(said, written):
    assert normalise(said).text == written


def test_a_spoken_numeral_leads_back_to_its_digits():
    assert normalise("扣800元").original_span(1, 3) == (1, 4)


def test_a_span_over_dropped_signs_leads_back_to_all_of_them():
    assert normalise("安全，那个账户").original_span(0, 4) == (0, 7)


@given(st.text(max_size=60))
def test_every_character_leads_back_into_the_text(text):
    found = normalise(text)
    assert all(0 <= start < end <= len(text) for start, end in zip(found.starts, found.ends, strict=True))


@given(st.text(max_size=60))
def test_there_is_a_way_back_for_every_character(text):
    found = normalise(text)
    assert len(found.text) == len(found.starts) == len(found.ends)


def test_a_word_simplified_as_a_whole_goes_by_its_characters(monkeypatch):
    class Shortening:
        def convert(self, text):
            return text[:1]

    monkeypatch.setattr("screening.normalise._SIMPLIFIER", Shortening())
    assert normalise("账户").text == "账户"
