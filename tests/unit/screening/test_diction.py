"""How a call is worded as a whole."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.evidence import Speaker, Stage
from contracts.speech import Heard
from contracts.taxonomy import RiskLevel
from screening.diction import STEADY, Diction, HeardDiction, pieces_of, written_diction
from screening.phrasebook import Phrasebook
from screening.phrasebook_fault import BadPhrasebookError
from screening.session import ScreeningSession

pytestmark = pytest.mark.unit

CALLER, RESIDENT = Speaker.CALLER, Speaker.RESIDENT
DICTION = Diction({CALLER: {"垫": 10.0, "先垫": 20.0, "柜台": -30.0}, RESIDENT: {"银行": 5.0}})
BOOK = """
version: "1"
phrases:
- {id: case, wordings: [涉嫌洗钱], type: police, stage: hook, weight: 3}
"""


def heard(*utterances: tuple[Speaker, str, bool]) -> HeardDiction:
    found = HeardDiction(DICTION)
    for speaker, characters, final in utterances:
        found.hear(speaker, characters, final=final)
    return found


def test_pieces_are_characters_and_pairs():
    assert pieces_of("先垫上") == {"先", "垫", "上", "先垫", "垫上"}


def test_nothing_heard_says_nothing():
    assert heard().value == 0


def test_pieces_of_a_final_add_up_and_steady_with_their_number():
    assert heard((CALLER, "您先垫", True)).value == pytest.approx(30 / sqrt(STEADY + 2))


def test_each_piece_counts_once_a_call():
    assert heard((CALLER, "先垫", True), (CALLER, "先垫", True)).value == heard((CALLER, "先垫", True)).value


def test_what_the_resident_says_weighs_by_his_own_list():
    assert heard((RESIDENT, "先垫", True)).value == 0


def test_a_partial_counts_once_it_stands_in_two():
    assert heard((CALLER, "先垫", False)).value == 0
    assert heard((CALLER, "先垫", False), (CALLER, "先垫上", False)).value > 0


def test_a_final_takes_back_what_only_the_partials_held():
    assert heard((CALLER, "先垫", False), (CALLER, "先垫", False), (CALLER, "先点", True)).value == 0


def test_ordinary_words_speak_against_fraud():
    assert heard((CALLER, "到柜台来", True)).value < 0


def test_the_strongest_pieces_are_those_of_the_side_the_value_is_on():
    assert heard((CALLER, "先垫", True)).strongest == ("先垫", "垫")
    assert heard((CALLER, "先垫到柜台", True), (CALLER, "柜台", True)).strongest[:1] == ("先垫",)


def test_what_is_written_is_read_as_it_was():
    assert Phrasebook.parse(BOOK + written_diction(DICTION)).diction == DICTION


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("diction: [垫]", "mapping of caller and resident"),
        ("diction: {operator: {1: 垫}}", "there are caller and resident"),
        ("diction: {[caller]: {1: 垫}}", "there are caller and resident"),
        ("diction: {caller: {1: 垫}, caller: {2: 上}}", "is given twice"),
        ("diction: {caller: 垫}", "mapping of weights to pieces"),
        ("diction: {caller: {[1]: 垫}}", "is no weight"),
        ("diction: {caller: {heavy: 垫}}", "is no weight"),
        ("diction: {caller: {0: 垫}}", "is no weight"),
        ("diction: {caller: {nan: 垫}}", "is no weight"),
        ("diction: {caller: {1: [垫]}}", "plain text with spaces"),
        ("diction: {caller: {1: 先垫上}}", "one or two characters"),
        ("diction: {caller: {1: 嗯}}", "is never heard"),
        ("diction: {caller: {1: 垫 上 垫}}", "is given twice"),
    ],
)
def test_bad_diction_is_told_with_its_line(written, problem):
    with pytest.raises(BadPhrasebookError, match=problem) as caught:
        Phrasebook.parse(BOOK + written)
    assert [fault.line for fault in caught.value.faults] == [5]


def test_no_phrase_may_be_of_the_stage_of_diction():
    with pytest.raises(BadPhrasebookError, match="no stage of phrases"):
        Phrasebook.parse(BOOK.replace("stage: hook", "stage: diction"))


def session_of(diction: Diction, **model: float) -> ScreeningSession:
    book = Phrasebook.parse(BOOK)
    book = replace(book, diction=diction, model=book.model.model_copy(update=model))
    return ScreeningSession(book, number_risk=0.0, high_risk_resident=False)


def judged(text: str, diction: Diction, **model: float):
    return session_of(diction, **model).hear(CALLER, Heard(text, final=True, start_ms=0, end_ms=9000))


def test_diction_adds_to_the_risk_and_is_told_as_evidence():
    plain, worded = (judged("您涉嫌洗钱先垫上", each) for each in (Diction(), DICTION))
    assert worded.risk - plain.risk == pytest.approx(30 / sqrt(STEADY + 2))
    (found,) = (item for item in worded.evidence if item.stage is Stage.DICTION)
    assert (found.text, found.contribution) == ("先垫 垫", round(worded.risk - plain.risk, 3))


def test_diction_alone_is_no_alert_as_nothing_says_what_is_wrong():
    strong = Diction({CALLER: {"垫": 50.0, "先": 50.0, "先垫": 50.0, "上": 50.0}, RESIDENT: {}})
    assert judged("先垫上", strong).level is RiskLevel.NONE


def test_diction_keeps_within_its_limit():
    plain, worded = (judged("您涉嫌洗钱先垫上", each, diction_limit=1.0) for each in (Diction(), DICTION))
    assert worded.risk - plain.risk == pytest.approx(1.0)


@given(st.lists(st.tuples(st.sampled_from(Speaker), st.text("先垫柜台银行", max_size=8), st.booleans())))
def test_any_talk_has_a_value_within_the_weights(utterances):
    assert abs(heard(*utterances).value) <= 65 / sqrt(STEADY)
