"""One screened call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.evidence import Speaker
from contracts.speech import Heard, Word
from contracts.taxonomy import RiskLevel, ScamType
from screening.phrasebook import Phrasebook
from screening.session import ScreeningSession
from tests.fixtures.phrasebooks import WORDED

pytestmark = pytest.mark.unit

BOOK = Phrasebook.parse(
    """
version: "1"
phrases:
- {id: who, wordings: [我是公安局的民警], type: police, stage: approach, weight: 2}
- {id: case, wordings: [涉嫌洗钱], type: police, stage: hook, weight: 3}
- {id: ask, wordings: [安全账户], stage: ask, weight: 2}
- {id: parcel, wordings: [包裹丢失], type: service, stage: approach, weight: 1}
- {id: warn, wordings: [不要转账], stage: protective, speaker: any, weight: 2}
"""
)
WORDED_BOOK = Phrasebook.parse(WORDED)


def new_session(number_risk=0.0, *, high_risk_resident=False):
    return ScreeningSession(BOOK, number_risk=number_risk, high_risk_resident=high_risk_resident)


def partial(text, start_ms=0):
    return Heard(text, final=False, start_ms=start_ms, end_ms=start_ms + 200 * len(text))


def final(text, start_ms=0):
    return Heard(text, final=True, start_ms=start_ms, end_ms=start_ms + 200 * len(text))


def ids(evidence):
    return [item.phrase_id for item in evidence]


def hear_all(session, *results, speaker=Speaker.CALLER):
    judged = None
    for result in results:
        judged = session.hear(speaker, result)
    return judged


def test_a_phrase_in_a_final_counts():
    judged = hear_all(new_session(), final("您涉嫌洗钱"))
    assert (ids(judged.evidence), judged.scam_type) == (["case"], ScamType.POLICE)


def test_a_phrase_in_one_partial_does_not_count_yet():
    judged = hear_all(new_session(), partial("您涉嫌洗钱"))
    assert (judged.evidence, judged.scam_type, judged.level) == ((), None, RiskLevel.NONE)


def test_a_phrase_in_one_partial_is_shown_as_a_match_of_the_line():
    (shown,) = hear_all(new_session(), partial("您涉嫌洗钱")).line_evidence
    assert (shown.phrase_id, shown.span, shown.contribution) == ("case", (1, 5), 0.0)


def test_a_phrase_in_two_successive_partials_counts():
    judged = hear_all(new_session(), partial("您涉嫌洗钱"), partial("您涉嫌洗钱案"))
    assert ids(judged.evidence) == ["case"]


def test_a_phrase_that_vanishes_from_the_partials_counts_no_more():
    judged = hear_all(new_session(), partial("涉嫌洗钱"), partial("涉嫌洗钱"), partial("是洗衣机"))
    assert judged.evidence == ()


def test_the_partial_of_one_speaker_does_not_confirm_that_of_the_other():
    session = new_session()
    session.hear(Speaker.CALLER, partial("不要转账"))
    assert session.hear(Speaker.RESIDENT, partial("不要转账")).evidence == ()


def test_a_final_replaces_its_partials():
    judged = hear_all(new_session(), partial("涉嫌洗钱"), partial("涉嫌洗钱"), final("是洗衣机"))
    assert judged.evidence == ()


def test_a_phrase_confirmed_by_its_final_counts_once():
    judged = hear_all(new_session(), partial("涉嫌洗钱"), partial("涉嫌洗钱"), final("涉嫌洗钱"))
    assert ids(judged.evidence) == ["case"]


def test_partials_of_two_utterances_are_not_successive():
    judged = hear_all(new_session(), partial("涉嫌洗钱"), final("是洗衣机"), partial("涉嫌洗钱"))
    assert judged.evidence == ()


def test_a_script_of_several_utterances_raises_the_level():
    judged = hear_all(new_session(), final("我是公安局的民警"), final("您涉嫌洗钱"), final("转到安全账户"))
    assert (judged.level, ids(judged.evidence)) == (RiskLevel.HIGH, ["who", "case", "ask"])


def test_evidence_of_other_types_is_not_among_what_counts():
    judged = hear_all(new_session(), final("您的包裹丢失"), final("您涉嫌洗钱"))
    assert ids(judged.evidence) == ["case"]


def test_the_end_of_the_last_matched_word_is_told():
    words = (Word("您", 0, 200), Word("涉嫌", 300, 700), Word("洗钱", 800, 1200), Word("吗", 1300, 1500))
    heard = Heard("您涉嫌洗钱吗", final=True, start_ms=0, end_ms=1500, words=words)
    assert new_session().hear(Speaker.CALLER, heard).phrase_ended_ms == 1200


def test_protective_words_do_not_move_the_end_of_the_last_matched_word():
    judged = hear_all(new_session(), final("涉嫌洗钱"), final("不要转账", 5000))
    assert judged.phrase_ended_ms == 800


def test_without_evidence_no_matched_word_ended():
    assert hear_all(new_session(), final("吃饭了吗")).phrase_ended_ms is None


def test_the_transcript_holds_finals_only():
    judged = hear_all(new_session(), partial("吃饭"), final("吃饭了吗"))
    assert [line.text for line in judged.transcript] == ["吃饭了吗"]


def test_a_judgement_carries_the_transcript_so_far():
    session = new_session()
    first = session.hear(Speaker.RESIDENT, final("喂您好"))
    session.hear(Speaker.CALLER, final("您涉嫌洗钱"))
    assert [(line.speaker, line.text) for line in first.transcript] == [(Speaker.RESIDENT, "喂您好")]


def test_a_suspected_number_and_a_high_risk_resident_lower_the_threshold():
    plain = hear_all(new_session(), final("我是公安局的民警"), final("涉嫌洗钱"))
    shifted_session = new_session(0.9, high_risk_resident=True)
    shifted = hear_all(shifted_session, final("我是公安局的民警"), final("涉嫌洗钱"))
    assert (shifted.level > plain.level, shifted.risk == plain.risk) == (True, True)


def test_a_phrase_repeated_all_call_long_is_kept_three_times():
    judged = hear_all(new_session(), *[final("涉嫌洗钱", 1000 * n) for n in range(50)])
    assert len(judged.evidence) == 3


def test_a_phrase_that_is_heard_twice_was_said_once():
    judged = hear_all(new_session(), final("您涉嫌洗钱", 5000), final("涉嫌洗钱", 5200))
    assert len(judged.evidence) == 1


def test_a_phrase_that_is_heard_again_as_a_partial_adds_nothing():
    session = new_session()
    once = hear_all(session, final("您涉嫌洗钱", 5000))
    again = hear_all(session, partial("涉嫌洗钱", 5200), partial("涉嫌洗钱您", 5200))
    assert len(again.evidence) == len(once.evidence)


def test_the_transcript_of_an_endless_call_stays_bounded(monkeypatch):
    monkeypatch.setattr("screening.session._MOST_LINES", 3)
    judged = hear_all(new_session(), *[final(f"第{n}句") for n in "一二三四"])
    assert [line.text for line in judged.transcript] == ["第二句", "第三句", "第四句"]


def test_of_an_utterance_that_never_ends_the_latest_part_is_matched_in_place():
    text = "好" * 1000 + "涉嫌洗钱"
    (item,) = hear_all(new_session(), final(text)).evidence
    assert item.span == (1000, 1004)


@pytest.mark.parametrize("result", [partial, final], ids=["partial", "final"])
def test_of_an_utterance_that_never_ends_the_evidence_of_its_beginning_stays(result):
    begun = "您涉嫌洗钱" + "好" * 995
    judged = hear_all(new_session(), partial(begun[:20]), partial(begun), result(begun + "好"))
    assert [(item.phrase_id, item.span) for item in judged.evidence] == [("case", (1, 5))]


def test_what_stood_in_one_partial_only_does_not_stay_when_its_beginning_is_let_go():
    begun = "好" * 995 + "好好"
    judged = hear_all(new_session(), partial("您涉嫌洗钱" + begun[:990]), partial(begun + "好" * 10))
    assert judged.evidence == ()


def test_of_an_utterance_that_never_ends_a_phrase_counts_three_times_and_where_it_stands_now():
    text = "涉嫌洗钱" + "好" * 96
    judged = hear_all(new_session(), *[partial(text * n) for n in range(1, 60)])
    assert len(judged.evidence) == 4


def test_of_what_was_heard_no_more_is_told_than_is_kept_with_an_alert():
    (item,) = hear_all(new_session(), final("涉嫌" + "嗯" * 400 + "洗钱")).evidence
    assert (len(item.text), item.span) == (255, (0, 404))


SAID = ["涉嫌洗钱", "安全账户", "不要转账", "贩毒的案子", "您先垫上", "去柜台", "\ud800", "涉嫌\ud800洗钱"]
RESULTS = st.builds(
    Heard,
    st.one_of(st.text(min_size=1, max_size=30), st.sampled_from(SAID)),
    st.booleans(),
    st.integers(0, 1000),
    st.integers(1000, 9000),
)


@pytest.mark.parametrize("book", [BOOK, WORDED_BOOK], ids=["phrases", "diction-too"])
@given(talk=st.lists(st.tuples(st.sampled_from(Speaker), RESULTS), max_size=8))
def test_no_talk_makes_the_session_fail_and_every_span_lies_in_its_line(book, talk):
    session = ScreeningSession(book, number_risk=0.0, high_risk_resident=False)
    for speaker, heard in talk:
        for item in session.hear(speaker, heard).line_evidence:
            assert heard.text[slice(*item.span)] == item.text
