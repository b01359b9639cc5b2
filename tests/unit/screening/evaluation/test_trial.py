"""Playing a labelled call through a session."""

from __future__ import annotations

import pytest

from contracts.evidence import Speaker, Stage
from contracts.taxonomy import ScamType
from screening.evaluation.dialogue import Dialogue, Turn
from screening.evaluation.trial import Trials
from screening.phrasebook import Phrasebook

pytestmark = pytest.mark.unit

BOOK = Phrasebook.parse(
    """
version: "1"
phrases:
- {id: who, wordings: [我是公安局的民警], type: police, stage: approach, weight: 3}
- {id: case, wordings: [涉嫌洗钱犯罪], type: police, stage: hook, weight: 5}
- {id: ask, wordings: [转到安全账户], stage: ask, weight: 5}
"""
)
SCRIPT = ("我是公安局的民警。", "您涉嫌洗钱犯罪。", "请您转到安全账户。", "再见。")


def call(*texts, label="fraud", **fields):
    turns = tuple(Turn(Speaker.CALLER, text) for text in texts)
    return Dialogue(
        **{"id": "a", "label": label, "type": "", "source": "", "ask_turn": None, "turns": turns, **fields}
    )


def tried(*texts, to_the_end=False, **fields):
    return Trials(BOOK, to_the_end=to_the_end).of_text(call(*texts, **fields))


def test_the_first_alert_is_kept_with_its_time_turn_and_type():
    alert = tried(*SCRIPT).alert
    # 15 characters at 4.5 a second.
    assert (alert.at_ms, alert.turn, alert.scam_type) == (3333, 1, ScamType.POLICE)


def test_a_call_without_phrases_raises_no_alert():
    assert tried("您好。", "再见。").alert is None


def test_a_call_in_which_nothing_is_said_has_no_risk():
    assert tried("", "。").risk is None


def test_the_first_ask_is_found_by_a_phrase_of_its_stage():
    assert tried(*SCRIPT).ask_turn == 2


@pytest.mark.parametrize("said", ["我们不会让您转到安全账户。", "骗子会说转到安全账户。"])
def test_what_is_denied_or_told_of_others_is_no_ask(said):
    assert tried(said, *SCRIPT).ask_turn == 3


def test_a_marked_ask_goes_before_the_one_found():
    assert tried(*SCRIPT, ask_turn=0).ask_turn == 0


@pytest.mark.parametrize(
    ("ask_turn", "in_time"), [(2, True), (1, True), (0, False)], ids=["before", "within", "after"]
)
def test_an_alert_is_in_time_up_to_the_turn_that_asks(ask_turn, in_time):
    assert tried(*SCRIPT, ask_turn=ask_turn).in_time is in_time


def test_a_fraud_that_asks_for_nothing_has_no_first_ask():
    assert tried(*SCRIPT[:2]).in_time is None


def test_a_false_alarm_has_no_first_ask():
    assert tried(*SCRIPT, label="benign", ask_turn=2).ask_turn is None


def test_playing_stops_at_the_alert():
    assert {item.stage for item in tried(*SCRIPT).evidence} == {Stage.APPROACH, Stage.HOOK}


def test_playing_to_the_end_finds_the_highest_risk():
    assert tried(*SCRIPT, to_the_end=True).risk > tried(*SCRIPT).risk


def test_playing_to_the_end_keeps_the_time_of_the_first_alert():
    assert tried(*SCRIPT, to_the_end=True).alert == tried(*SCRIPT).alert


def test_stages_without_evidence_are_missing():
    assert tried("您涉嫌洗钱犯罪。").stages_missing == (Stage.APPROACH, Stage.ISOLATION, Stage.ASK)


@pytest.mark.parametrize(
    ("label", "texts", "wrong"),
    [
        ("fraud", SCRIPT, False),
        ("fraud", ["您好。"], True),
        ("benign", SCRIPT, True),
        ("benign", ["您好。"], False),
    ],
)
def test_a_missed_fraud_and_a_false_alarm_are_wrong(label, texts, wrong):
    assert tried(*texts, label=label).is_wrong is wrong


def test_what_was_misheard_is_judged_and_the_ask_is_found_in_what_was_said():
    spoken = call(*SCRIPT)
    trial = Trials(BOOK).of_text(spoken, heard_as=call(*SCRIPT[:2], "请您。"))
    assert (trial.alert.turn, trial.ask_turn) == (1, 2)


def test_a_turn_of_a_hundred_thousand_characters_is_played():
    assert tried("一二三四五六七八九十" * 10_000, "我是公安局的民警，您涉嫌洗钱犯罪。").alert is not None
