"""What a written call brings."""

from __future__ import annotations

import pytest

from contracts.evidence import Speaker
from screening.evaluation.dialogue import Dialogue, Turn, fold_of
from screening.fitting.heard_call import listen
from screening.phrasebook import Phrasebook

pytestmark = pytest.mark.unit

BOOK = Phrasebook.parse(
    """
version: "1"
phrases:
- {id: who, wordings: [我是公安局的民警], type: police, stage: approach, weight: 2}
- {id: case, wordings: [涉嫌洗钱], type: police, stage: hook, weight: 3}
- {id: loan, wordings: [无抵押贷款], type: loan, stage: hook, weight: 1}
- {id: warn, wordings: [不要转账], stage: protective, speaker: any, weight: 2}
"""
)


def heard(*texts, label="fraud"):
    turns = tuple(Turn(Speaker.CALLER, text) for text in texts)
    return listen(Dialogue("one", label, "", "", None, turns), "calls.jsonl", BOOK)


def test_evidence_of_all_types_is_kept():
    assert heard("我是公安局的民警。", "无抵押贷款。").moments == ((("loan", 1.0), ("who", 1.0)),)


def test_a_phrase_said_again_adds_a_quarter():
    assert heard("您涉嫌洗钱。", "是涉嫌洗钱。").moments == ((("case", 1.25),),)


def test_the_moment_before_a_protective_phrase_is_kept():
    assert heard("您涉嫌洗钱。", "不要转账。").moments == ((("case", 1.0),),)


def test_a_protective_phrase_before_the_evidence_is_part_of_its_moment():
    assert (("case", 1.0), ("warn", 1.0)) in heard("不要转账。", "您涉嫌洗钱。").moments


def test_a_call_that_brings_nothing_has_one_empty_moment():
    assert heard("吃饭了吗？", label="benign").moments == ((),)


def test_the_label_and_the_fold_are_those_of_the_dialogue():
    call = heard("吃饭了吗？", label="benign")
    assert (call.is_fraud, call.fold(5)) == (False, fold_of("one", 5))


def test_the_fold_is_that_of_the_group():
    turns = (Turn(Speaker.CALLER, "吃饭了吗？"),)
    calls = (
        listen(Dialogue(str(n), "benign", "", "", None, turns, "li"), "calls.jsonl", BOOK) for n in range(9)
    )
    assert {call.fold(97) for call in calls} == {fold_of("li", 97)}
