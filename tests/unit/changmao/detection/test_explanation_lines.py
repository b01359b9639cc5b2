"""The explanation of a talk in the terminal and as JSON."""

from __future__ import annotations

import json

import pytest

from changmao.detection.explanation_lines import lines, plain
from contracts.evidence import Speaker
from screening.evaluation.explanation import Explanation
from screening.evaluation.written_talk import deliveries_of_text
from screening.phrasebook import Phrasebook
from tests.fixtures.phrasebooks import WORDED

pytestmark = pytest.mark.unit

BOOK = Phrasebook.parse("""\
version: "1"
phrases:
- {id: one, wordings: [公安局], type: police, stage: approach, weight: 2}
- {id: two, wordings: [安局的], type: police, stage: approach, weight: 2}
- {id: ask, wordings: [安全账户], stage: ask, weight: 2}
""")
WORDED_BOOK = Phrasebook.parse(WORDED)


def told(text: str) -> list[str]:
    return list(lines(Explanation.of(deliveries_of_text(text, Speaker.CALLER), BOOK)))


def test_matches_that_overlap_are_marked_as_one() -> None:
    assert told("我是公安局的小王")[0].endswith("我是【公安局的】小王")


def test_two_matches_apart_are_marked_each() -> None:
    assert told("公安局要你转到安全账户")[0].endswith("【公安局】要你转到【安全账户】")


def test_a_match_that_does_not_count_says_why() -> None:
    assert "does not count: quoted by '骗子会说转到'" in "\n".join(told("骗子会说转到安全账户"))


def test_nothing_found_is_told() -> None:
    assert "no phrase of the phrasebook was found" in told("今天天气不错")


def test_each_stage_stands_beside_its_limit() -> None:
    assert any(line.startswith("ask ") and line.endswith("at most 3.20") for line in told("转到安全账户"))


def test_diction_is_told_with_what_made_most_of_it() -> None:
    said = lines(Explanation.of(deliveries_of_text("您涉嫌洗钱，先垫上", Speaker.CALLER), WORDED_BOOK))
    assert any(line.startswith("diction ") and line.endswith("; most of all 先垫 垫") for line in said)


def test_machines_get_words_for_levels() -> None:
    found = plain(Explanation.of(deliveries_of_text("转到安全账户", Speaker.CALLER), BOOK))
    assert (found["level"], json.loads(json.dumps(found))["thresholds"]["medium"]) == ("none", 0.0)
