"""Written calls as a recogniser would deliver them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.evidence import Speaker
from screening.evaluation.dialogue import Dialogue, Turn
from screening.evaluation.playback import deliveries_of, results_of

pytestmark = pytest.mark.unit


def call(*texts, speaker=Speaker.CALLER):
    return Dialogue("a", "fraud", "", "", None, tuple(Turn(speaker, text) for text in texts))


def heard(*texts):
    return [(result.text, result.final) for _, result in results_of(call(*texts))]


def finals(*texts):
    return [text for text, final in heard(*texts) if final]


def test_each_sentence_ends_in_a_final():
    assert finals("您好。哪位？请说！再见；完") == ["您好", "哪位", "请说", "再见", "完"]


def test_a_sentence_grows_clause_by_clause():
    assert heard("您好，我是客服。") == [("您好", False), ("您好我是客服", False), ("您好我是客服", True)]


def test_a_long_clause_gives_a_partial_every_ten_characters():
    assert [len(text) for text, _ in heard("一" * 25)] == [10, 20, 25, 25]


def test_who_speaks_on_is_cut_at_the_last_clause_end_within_forty_characters():
    assert [len(text) for text in finals(f"{'一' * 25}，{'二' * 10}，{'三' * 20}")] == [35, 20]


def test_a_clause_of_more_than_forty_characters_is_cut_at_forty():
    assert [len(text) for text in finals("一" * 95)] == [40, 40, 15]


def test_punctuation_and_spaces_are_not_heard():
    assert finals("《我》 是—“客服”，VIP 😀_卡") == ["我是客服VIP卡"]


def test_points_and_commas_inside_numbers_end_nothing():
    assert finals("利率4.5%，共10,000元.好") == ["利率4.5%共10000元", "好"]


def test_time_passes_at_four_and_a_half_characters_a_second():
    times = [
        (result.start_ms, result.end_ms) for _, result in results_of(call("一二三四五六七八九", "一二三"))
    ]
    assert times == [(0, 2000), (0, 2000), (2000, 2667), (2000, 2667)]


def test_a_result_belongs_to_the_turn_in_which_it_was_said():
    assert [delivered.turn for delivered in deliveries_of(call("", "一", "二"))] == [1, 1, 2, 2]


def test_a_result_is_delivered_when_its_last_character_was_said():
    assert all(delivered.at_ms == delivered.heard.end_ms for delivered in deliveries_of(call("您好，请讲")))


def test_the_speaker_is_the_turns():
    speakers = {speaker for speaker, _ in results_of(call("您好", speaker=Speaker.RESIDENT))}
    assert speakers == {Speaker.RESIDENT}


@given(st.text(st.sampled_from("一二，。,.5%a \n😀"), max_size=200))
def test_nothing_that_sounds_is_lost_or_said_twice(text):
    assert "".join(char for char in "".join(finals(text)) if char.isalnum()) == "".join(
        char for char in text if char.isalnum()
    )


@given(st.text(max_size=200))
def test_no_result_is_empty_or_longer_than_forty_characters(text):
    assert all(0 < len(result) <= 40 for result, _ in heard(text))


def test_a_hundred_thousand_characters_come_in_pieces():
    assert len(finals("一" * 100_000)) == 2500
