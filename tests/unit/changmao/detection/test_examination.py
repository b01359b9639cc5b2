"""Trying many calls."""

from __future__ import annotations

import pytest

from changmao.detection.examination import Plan, examine
from contracts.evidence import Speaker
from screening.evaluation.dialogue import Dialogue, Turn
from screening.phrasebook import Phrasebook

pytestmark = pytest.mark.unit

BOOK = Phrasebook.parse(
    """
version: "1"
phrases:
- {id: who, wordings: [我是公安局的民警], type: police, stage: approach, weight: 3}
- {id: case, wordings: [涉嫌洗钱犯罪], type: police, stage: hook, weight: 5}
"""
)
FRAUD = "我是公安局的民警，您涉嫌洗钱犯罪。"


def calls(count):
    texts = [FRAUD if place % 3 else "您好。" for place in range(count)]
    return [
        Dialogue(str(place), "fraud", "", "", None, (Turn(Speaker.CALLER, text),))
        for place, text in enumerate(texts)
    ]


def test_calls_come_back_in_their_order():
    examined = examine(calls(6), Plan(BOOK), jobs=1)
    assert [(each.clean.id, each.clean.alert is None) for each in examined] == [
        (str(place), place % 3 == 0) for place in range(6)
    ]


def test_each_rate_is_one_more_trial():
    (examined,) = examine(calls(2)[1:], Plan(BOOK, rates=(0.001, 1.0)), jobs=1)
    assert [trial.alert is None for trial in examined.noisy] == [False, True]


def test_every_call_is_a_step():
    steps = []
    examine(calls(5), Plan(BOOK), jobs=1, step=lambda: steps.append(1))
    assert len(steps) == 5


def test_more_processes_give_the_same():
    plan = Plan(BOOK, rates=(0.2,), to_the_end=True)
    assert examine(calls(20), plan, jobs=2) == examine(calls(20), plan, jobs=1)
