"""Why a talk is judged as it is: what was found, what counts, what it adds up from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.evidence import Context, Speaker, Stage
from contracts.speech import Heard
from contracts.taxonomy import RiskLevel, ScamType
from screening.evaluation.explanation import Explanation
from screening.evaluation.playback import Delivered
from screening.evaluation.written_talk import deliveries_of_text
from screening.phrasebook import Phrasebook
from tests.fixtures.phrasebooks import WORDED

pytestmark = pytest.mark.unit

BOOK = Phrasebook.parse("""\
version: "1"
phrases:
- {id: police.approach, wordings: [我是公安局的], type: police, stage: approach, weight: 2}
- {id: police.hook, wordings: [涉嫌洗钱], type: police, stage: hook, weight: 2.5}
- {id: ask.account, wordings: [转到…账户], stage: ask, weight: 3}
- {id: calm.transfer, wordings: [不要转账], stage: protective, speaker: any, weight: 1.5}
- {id: resident.reads, wordings: [验证码是], stage: ask, speaker: resident, weight: 2}
""")
WORDED_BOOK = Phrasebook.parse(WORDED)
SCRIPT = "我是公安局的，您涉嫌洗钱。把钱转到安全账户。"
PARTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["涉嫌洗钱", "贩毒的案子", "您先垫上", "去柜台", "\n居民：银行", "骗子会说", "，", "\ud800"]
    ),
)


def explain(text: str, speaker: Speaker = Speaker.CALLER, book: Phrasebook = BOOK) -> Explanation:
    return Explanation.of(deliveries_of_text(text, speaker), book)


def test_a_script_reaches_its_level_and_type() -> None:
    found = explain(SCRIPT)
    assert (found.level, found.scam_type) == (RiskLevel.HIGH, ScamType.POLICE)


def added_up(found: Explanation) -> float:
    signs = {stage: -1 if stage is Stage.PROTECTIVE else 1 for stage in Stage}
    return found.prior + sum(signs[each.stage] * each.value for each in found.stages) + found.combination


def test_prior_stages_combination_and_protection_add_up_to_the_risk() -> None:
    found = explain(f"{SCRIPT}\n居民：不要转账")
    assert added_up(found) == pytest.approx(found.risk)


@given(st.lists(PARTS, max_size=8).map("".join))
def test_whatever_is_said_the_sum_with_diction_is_the_risk(text: str) -> None:
    found = explain(text, book=WORDED_BOOK)
    assert added_up(found) == pytest.approx(found.risk)


def test_what_the_matches_add_makes_the_same_risk() -> None:
    found = explain(f"{SCRIPT}\n居民：不要转账")
    added = sum(evidence.contribution for said in found.said for evidence in said.found)
    assert found.prior + added == pytest.approx(found.risk, abs=0.01)


def test_a_match_is_told_with_its_place_in_the_utterance() -> None:
    said = explain(SCRIPT).said[1]
    assert [said.text[slice(*evidence.span)] for evidence in said.found] == ["转到安全账户"]


def test_a_match_is_told_with_the_words_that_stood_for_classes() -> None:
    found = explain("他们贩毒的那个案子", book=WORDED_BOOK)
    assert [evidence.wording for evidence in found.said[0].found] == ["贩毒…案子"]


def test_diction_is_told_with_the_pieces_that_made_most_of_it() -> None:
    found = explain("您涉嫌洗钱，先垫上", book=WORDED_BOOK)
    assert (found.strongest, found.stages[-1].value > 0) == (("先垫", "垫"), True)


def test_without_diction_no_piece_is_told() -> None:
    assert explain(SCRIPT).strongest == ()


def test_what_is_quoted_is_shown_and_adds_nothing() -> None:
    evidence = explain("骗子会说您涉嫌洗钱").said[0].found[0]
    assert (evidence.context, evidence.contribution) == (Context.QUOTED, 0.0)


def test_the_alert_is_told_by_when_it_came() -> None:
    found = explain(SCRIPT)
    assert found.alert_ms is not None
    assert 0 < found.alert_ms <= found.said[-1].end_ms


def test_an_alert_comes_with_its_result_and_not_with_what_was_said() -> None:
    late = Delivered(
        Speaker.CALLER, Heard(SCRIPT, final=True, start_ms=0, end_ms=6000), at_ms=7300, turn=None
    )
    assert Explanation.of([late], BOOK).alert_ms == 7300


def test_ordinary_talk_raises_no_alert() -> None:
    assert explain("明天下午三点开会，别迟到").alert_ms is None


def test_nothing_said_is_nothing_found() -> None:
    assert explain("").said == ()


@pytest.mark.parametrize("name", ["居民", "resident", " Resident "])
def test_a_line_is_said_by_whom_it_names(name: str) -> None:
    said = explain(f"{name}：验证码是一二三").said[0]
    assert (said.speaker, said.found[0].phrase_id) == (Speaker.RESIDENT, "resident.reads")


def test_a_line_that_names_nobody_is_said_by_the_one_asked_for() -> None:
    assert explain("验证码是一二三", Speaker.RESIDENT).said[0].speaker is Speaker.RESIDENT
