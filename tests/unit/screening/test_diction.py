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
from screening.diction import CHARACTERS, STEADY, Diction, neighbours, written_diction
from screening.heard_diction import HeardDiction
from screening.phrasebook import Phrasebook
from screening.phrasebook_fault import BadPhrasebookError
from screening.reading import NOTHING, read
from screening.session import ScreeningSession

pytestmark = pytest.mark.unit

CALLER, RESIDENT = Speaker.CALLER, Speaker.RESIDENT
DICTION = Diction({CALLER: {"垫": 10.0, "先垫": 20.0, "柜台": -30.0}, RESIDENT: {"银行": 5.0}})
BOOK = """
version: "1"
phrases:
- {id: case, wordings: [涉嫌洗钱], type: police, stage: hook, weight: 3}
"""


def heard(*utterances: tuple[Speaker, str, bool], diction: Diction = DICTION) -> HeardDiction:
    found = HeardDiction(diction)
    for speaker, text, final in utterances:
        found.hear(speaker, read(text), final=final)
    return found


def test_pieces_are_characters_and_pairs():
    assert neighbours("先垫上", CHARACTERS) == {"先", "垫", "上", "先垫", "垫上"}


EVERYTHING = Diction(
    {
        CALLER: {
            "先": 1.0,
            "垫": 2.0,
            "柜台": -3.0,
            "台先": 4.0,
            "~先垫": 5.0,
            "~垫柜台": 6.0,
            "~柜先": -7.0,
            "先先": 8.0,
        },
        RESIDENT: {},
    }
)
BY_SOUND = Diction({CALLER: {"~先垫": 10.0, "~垫上去": 5.0}, RESIDENT: {}})


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("您先垫着", 1, id="as-written"),
        pytest.param("您鲜店着", 1, id="homophones"),
        pytest.param("您显电商去吧", 2, id="merged-by-accents"),
        pytest.param("您先付垫", 0, id="not-together"),
    ],
)
def test_a_piece_by_sound_counts_however_it_is_written(text, pieces):
    assert len(BY_SOUND.known_in(CALLER, read(text).characters, read(text).syllables)) == pieces


def test_a_piece_by_sound_is_told_as_the_phrasebook_writes_it_without_its_sign():
    assert heard((CALLER, "您鲜店着", True), diction=BY_SOUND).strongest == ("先垫",)


def test_a_piece_that_counts_by_writing_and_by_sound_is_told_once():
    twins = Diction({CALLER: {"先垫": 9.0, "~先垫": 10.0, "垫": 1.0}, RESIDENT: {}})
    assert heard((CALLER, "先垫", True), diction=twins).strongest == ("先垫", "垫")


REVISED = st.lists(st.text("先垫柜台嗯，", max_size=30), min_size=1, max_size=12)


@given(REVISED)
def test_what_grows_and_is_revised_ends_as_what_was_heard_at_once(parts):
    """Over stretches, too: each text is the one before, cut somewhere, with a part behind."""
    grown, reading, text = HeardDiction(EVERYTHING), NOTHING, ""
    for part in parts:
        text = text[: len(text) * 3 // 4] + part * 3
        reading = read(text, reading)
        grown.hear(CALLER, reading, final=False)
    grown.hear(CALLER, read(text, reading), final=True)
    at_once = heard((CALLER, text, True), diction=EVERYTHING)
    assert (grown.value, grown.strongest) == (pytest.approx(at_once.value), at_once.strongest)


@pytest.mark.parametrize("before", range(40, 70))
def test_a_piece_that_stands_over_two_stretches_is_found(before):
    reading = read("好" * before + "先垫上去")
    found = HeardDiction(BY_SOUND)
    found.hear(CALLER, reading, final=True)
    assert found.value == pytest.approx(15 / sqrt(STEADY + 2))


def test_pieces_by_sound_are_read_as_they_were_written():
    assert Phrasebook.parse(BOOK + written_diction(BY_SOUND)).diction == BY_SOUND


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
    assert heard((CALLER, "先到柜台", True)).strongest == ("柜台",)


def test_what_is_written_is_read_as_it_was():
    assert Phrasebook.parse(BOOK + written_diction(DICTION)).diction == DICTION


@pytest.mark.parametrize(
    ("written", "kind", "problem"),
    [
        ("diction: [垫]", "shape", "mapping of caller and resident"),
        ("diction: {operator: {1: 垫}}", "unknown_key", "there are caller and resident"),
        ("diction: {[caller]: {1: 垫}}", "unknown_key", "there are caller and resident"),
        ("diction: {caller: {1: 垫}, caller: {2: 上}}", "repeated_key", "is given twice"),
        ("diction: {caller: 垫}", "shape", "mapping of weights to pieces"),
        ("diction: {caller: {[1]: 垫}}", "bad_value", "is no weight"),
        ("diction: {caller: {heavy: 垫}}", "bad_value", "is no weight"),
        ("diction: {caller: {0: 垫}}", "bad_value", "is no weight"),
        ("diction: {caller: {nan: 垫}}", "bad_value", "is no weight"),
        ("diction: {caller: {1: [垫]}}", "shape", "plain text with spaces"),
        ("diction: {caller: {1: 先垫上}}", "bad_piece", "one or two characters"),
        ("diction: {caller: {1: 嗯}}", "bad_piece", "is never heard"),
        ("diction: {caller: {1: 垫 上 垫}}", "repeated_piece", "is given twice"),
        ("diction: {caller: {1: ~垫}}", "bad_piece", "is never heard"),
        ("diction: {caller: {1: ~先垫上去}}", "bad_piece", "is never heard"),
        ("diction: {caller: {1: ~app}}", "bad_piece", "is never heard"),
        ("diction: {caller: {1: ~先垫 ~显电}}", "repeated_piece", "is given twice"),
        (f"diction: {{caller: {{1: ~{'先' * 9000}}}}}", "bad_piece", "^.{,250}$"),
        (f"diction: {{caller: {{1: {'先 ' * 40_001}}}}}", "too_large", "take the lightest out"),
    ],
)
def test_bad_diction_is_told_with_its_line(written, kind, problem):
    with pytest.raises(BadPhrasebookError, match=problem) as caught:
        Phrasebook.parse(BOOK + written)
    assert [(fault.line, fault.kind) for fault in caught.value.faults] == [(5, kind)]


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
    plain, worded = (judged("您涉嫌洗钱先垫上", each, diction_limit=0.5) for each in (Diction(), DICTION))
    assert worded.risk - plain.risk == pytest.approx(0.5)


def test_what_stood_at_the_beginning_of_an_endless_utterance_stays():
    session = session_of(DICTION)
    text = "先垫上" + "好" * 996
    for end in (20, 999, 1200):
        session.hear(CALLER, Heard((text + "好" * 400)[:end], final=False, start_ms=0, end_ms=9000))
    assert session.diction == pytest.approx(30 / sqrt(STEADY + 2))


def test_what_is_misheard_at_the_end_of_an_endless_utterance_is_taken_back():
    session = session_of(DICTION)
    text = "好" * 1003
    for heard_as in (text, text + "一", text + "先垫", text + "先垫上", text + "先点上"):
        session.hear(CALLER, Heard(heard_as, final=False, start_ms=0, end_ms=9000))
    assert session.diction == 0


def test_diction_counts_as_far_as_a_stage_is_present():
    faint = Phrasebook.parse(BOOK.replace("weight: 3", "weight: 0.08"))
    talk = Heard("您涉嫌洗钱先垫上", final=True, start_ms=0, end_ms=9000)
    plain, worded = (
        ScreeningSession(replace(faint, diction=each), number_risk=0.0, high_risk_resident=False).hear(
            CALLER, talk
        )
        for each in (Diction(), DICTION)
    )
    assert 0 < worded.risk - plain.risk < 0.25 * 30 / sqrt(STEADY + 2)


def test_an_alert_by_diction_is_dated_by_the_result_that_moved_it():
    session = session_of(DICTION)
    session.hear(CALLER, Heard("您涉嫌洗钱", final=True, start_ms=0, end_ms=2000))
    judged = session.hear(CALLER, Heard("先垫上", final=True, start_ms=8000, end_ms=9000))
    assert judged.phrase_ended_ms == 9000


@given(st.lists(st.tuples(st.sampled_from(Speaker), st.text("先垫柜台银行", max_size=8), st.booleans())))
def test_any_talk_has_a_value_within_the_weights(utterances):
    assert abs(heard(*utterances).value) <= 65 / sqrt(STEADY)


@pytest.mark.parametrize("merged", [True, False])
def test_a_district_that_does_not_tell_f_from_h_is_heard_so_where_the_phrasebook_says_it(merged):
    text = f"""
version: "1"
model: {{merge_f_h: {str(merged).lower()}}}
phrases:
- {{id: plane, wordings: [飞机退票费], type: flight, stage: hook, weight: 5}}
diction:
  caller:
    50: "~飞机 ~退费"
"""
    session = ScreeningSession(Phrasebook.parse(text), number_risk=0.0, high_risk_resident=False)
    judged = session.hear(CALLER, Heard("灰机退票会", final=True, start_ms=0, end_ms=3000))
    assert {item.phrase_id for item in judged.evidence} == ({"plane", "diction"} if merged else set())
