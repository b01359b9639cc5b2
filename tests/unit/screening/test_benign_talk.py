"""What is said beside the evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.evidence import Speaker
from contracts.speech import Heard
from screening.diction import NO_DICTION
from screening.phrasebook import Phrasebook
from screening.session import ScreeningSession

pytestmark = pytest.mark.unit

BOOK = Phrasebook.parse(
    """
version: "1"
phrases:
- {id: who, wordings: [我是公安局的民警], type: police, stage: approach, weight: 2}
- {id: case, wordings: [涉嫌洗钱], type: police, stage: hook, weight: 3}
- {id: ask, wordings: [安全账户], stage: ask, weight: 2}
diction:
  caller: {20: 洗钱 转 天气, 12: 孩子 安, -15: 吃饭 不错 您稍 公}
"""
)
SCRIPT = {1: "我是公安局的民警", 3: "您涉嫌洗钱", 5: "转到安全账户"}
BENIGN = ["吃饭了吗", "今天天气不错", "孩子上学去了", "您稍等一下"]


def judged(benign, book=BOOK):
    """Say the script in its places and the benign sentences between; return risk, level and phrases found."""
    session = ScreeningSession(book, number_risk=0.0, high_risk_resident=False)
    talk = iter(benign)
    for place in range(len(SCRIPT) + len(benign)):
        text = SCRIPT.get(place) or next(talk)
        heard = Heard(text, final=True, start_ms=4000 * place, end_ms=4000 * place + 3000)
        judgement = session.hear(Speaker.CALLER, heard)
    return judgement.risk, judgement.level, [item.phrase_id for item in judgement.evidence]


@given(st.permutations(BENIGN))
def test_the_order_of_unrelated_benign_talk_does_not_matter(benign):
    risk, *found = judged(benign)
    expected, *told = judged(BENIGN)
    assert (risk, found) == (pytest.approx(expected, abs=1e-9), told)


def test_talk_is_judged_by_its_diction_too():
    assert abs(judged(BENIGN)[0] - judged(BENIGN, replace(BOOK, diction=NO_DICTION))[0]) > 0.1
