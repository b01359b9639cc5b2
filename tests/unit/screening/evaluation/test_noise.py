"""Recognition errors put into written calls."""

from __future__ import annotations

import re
from collections import Counter
from operator import ne

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from rapidfuzz.distance import Levenshtein

from contracts.evidence import Speaker
from screening.evaluation.dialogue import Dialogue, Turn
from screening.evaluation.noise import ERRORS, SUBSTITUTIONS, add_noise

pytestmark = pytest.mark.unit

TEXT = "您好我是平台的客服专员您之前开通了会员服务今天就要到期了如果不关闭每个月会自动扣费" * 100


def call(text, identity="a"):
    return Dialogue(identity, "fraud", "", "", None, (Turn(Speaker.CALLER, text),))


def misheard(text, rate, identity="a"):
    return add_noise(call(text, identity), rate).turns[0].text


def edits(text, rate):
    return Counter(edit.tag for edit in Levenshtein.editops(text, misheard(text, rate)))


def sound(char):
    """Return the syllable with what accents and telephone sound merge made one."""
    merged = re.sub(r"ng$", "n", re.sub(r"^([zcs])h", r"\1", lazy_pinyin(char)[0]))
    return re.sub(r"^f", "h", re.sub(r"^n(?=.)", "l", merged))


def parts(char):
    """Return the beginning and the end of the syllable as they are written."""
    return re.fullmatch(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)(.*)", lazy_pinyin(char)[0]).groups()


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.3])
def test_the_rate_is_the_share_of_characters_touched(rate):
    assert edits(TEXT, rate).total() / len(TEXT) == pytest.approx(rate, abs=0.02)


def test_errors_are_of_their_kinds_in_their_proportions():
    found = edits(TEXT, 0.1)
    shares = {"replace": "substitution", "delete": "deletion", "insert": "insertion"}
    expected = {edit: ERRORS[kind] / 100 for edit, kind in shares.items()}
    assert {edit: found[edit] / found.total() for edit in shares} == pytest.approx(expected, abs=0.06)


def substituted(text, rate):
    noisy = misheard(text, rate)
    edits = Levenshtein.editops(text, noisy)
    return [(text[edit.src_pos], noisy[edit.dest_pos]) for edit in edits if edit.tag == "replace"]


def test_somewhat_more_than_half_of_the_substitutions_sound_alike_on_the_telephone():
    pairs = substituted(TEXT, 0.1)
    alike = sum(sound(said) == sound(heard) for said, heard in pairs)
    assert alike / len(pairs) == pytest.approx(0.55, abs=0.1)


def test_some_substitutions_share_neither_the_beginning_nor_the_end_of_the_syllable():
    pairs = substituted(TEXT, 0.1)
    other = sum(all(map(ne, parts(said), parts(heard))) for said, heard in pairs)
    assert other / len(pairs) == pytest.approx(SUBSTITUTIONS["other"] / 100, abs=0.05)


def test_the_same_call_is_always_misheard_alike():
    assert misheard(TEXT, 0.2) == misheard(TEXT, 0.2)


@pytest.mark.parametrize(("rate", "identity"), [(0.2, "b"), (0.21, "a")])
def test_another_id_or_rate_is_misheard_otherwise(rate, identity):
    assert misheard(TEXT, 0.2) != misheard(TEXT, rate, identity)


def test_without_a_rate_nothing_is_touched():
    assert misheard("您好，VIP 123。", 0.0) == "您好，VIP 123。"


def test_punctuation_stays_where_it_is():
    assert [char for char in misheard("您，好。" * 50, 1.0) if char in "，。"] == list("，。" * 50)


def test_letters_and_digits_are_lost_or_joined_but_never_substituted():
    assert not set(re.sub("[\u4e00-\u9fff]", "", misheard("VIP123" * 50, 1.0))) - set("VIP123")


@given(st.text(max_size=100), st.floats(0, 1))
def test_any_text_can_be_misheard(text, rate):
    assert len(misheard(text, rate)) <= 2 * len(text)
