"""Adding evidence up."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.evidence import Stage
from contracts.taxonomy import RiskLevel, ScamType
from screening.phrase import Phrase
from screening.risk import assess, threshold_shift
from screening.risk_model import RiskModel

pytestmark = pytest.mark.unit

MODEL = RiskModel()
ACCUSING = [stage for stage in Stage if stage is not Stage.PROTECTIVE]


@dataclass(frozen=True)
class Found:
    phrase: Phrase
    score: float = 100.0
    end_ms: int = 0


def mark(stage, name="a", kind=ScamType.POLICE, weight=2.0, score=100.0):
    phrase = Phrase(id=f"{stage.value}.{name}", wordings=("涉嫌洗钱",), type=kind, stage=stage, weight=weight)
    return Found(phrase, score)


def weigh(marks, shift=0.0, **when):
    return assess(marks, MODEL, shift, **when)


def test_without_evidence_there_is_no_type_and_no_level():
    nothing = weigh([])
    assert (nothing.level, nothing.scam_type, nothing.risk) == (RiskLevel.NONE, None, MODEL.prior)


@pytest.mark.parametrize("stage", ACCUSING)
def test_one_stage_repeated_never_reaches_an_alert(stage):
    assert weigh([mark(stage, f"p{n}", weight=5) for n in range(50)]).level < RiskLevel.MEDIUM


def test_stages_together_weigh_far_more_than_one_stage_repeated():
    together = weigh([mark(stage) for stage in ACCUSING]).risk
    repeated = weigh([mark(Stage.HOOK, f"p{n}") for n in range(4)]).risk
    assert together - MODEL.prior > 2 * (repeated - MODEL.prior)


def test_a_whole_script_is_a_high_risk():
    assert weigh([mark(stage) for stage in ACCUSING]).level is RiskLevel.HIGH


def test_a_phrase_said_again_adds_less_than_a_quarter():
    once, twice = (weigh([mark(Stage.HOOK)] * times).risk - MODEL.prior for times in (1, 2))
    assert twice - once < once / 4


def test_a_worse_match_weighs_less():
    assert weigh([mark(Stage.HOOK, score=80)]).risk < weigh([mark(Stage.HOOK)]).risk


def test_evidence_of_another_type_does_not_help_the_leading_one():
    hook = [mark(Stage.HOOK, weight=3)]
    mixed = [*hook, mark(Stage.APPROACH, kind=ScamType.LOAN, weight=1)]
    assert weigh(mixed).risk == weigh(hook).risk


def test_evidence_of_no_type_helps_the_type_that_has_some():
    judged = weigh([mark(Stage.APPROACH), mark(Stage.HOOK), mark(Stage.ASK, kind=None)])
    assert (judged.scam_type, judged.level) == (ScamType.POLICE, RiskLevel.HIGH)


def test_evidence_of_no_type_alone_still_names_a_type():
    judged = weigh([mark(Stage.ISOLATION, kind=None), mark(Stage.ASK, kind=None)])
    assert (judged.scam_type, judged.level) == (ScamType.SERVICE, RiskLevel.MEDIUM)


def test_a_protective_context_takes_away():
    script = [mark(Stage.APPROACH), mark(Stage.HOOK)]
    assert weigh([*script, mark(Stage.PROTECTIVE, kind=None)]).risk < weigh(script).risk - 1


def test_a_protective_context_alone_is_no_risk():
    assert weigh([mark(Stage.PROTECTIVE, kind=None)]).scam_type is None


def test_a_whole_script_outweighs_any_protective_words():
    words = [mark(Stage.PROTECTIVE, f"p{n}", None, 5) for n in range(30)]
    assert weigh([*words, *(mark(stage, weight=3) for stage in ACCUSING)]).level >= RiskLevel.MEDIUM


def test_number_and_resident_shift_the_threshold():
    marks = [mark(Stage.HOOK), mark(Stage.APPROACH, weight=0.7)]
    shift = threshold_shift(1.0, high_risk_resident=True)
    assert (weigh(marks).level, weigh(marks, shift).level) == (RiskLevel.LOW, RiskLevel.MEDIUM)


def test_number_and_resident_never_speak_alone():
    assert weigh([], threshold_shift(1.0, high_risk_resident=True)).level is RiskLevel.NONE


MARKS = st.builds(
    mark,
    st.sampled_from(Stage),
    st.sampled_from("abc"),
    st.sampled_from([None, ScamType.POLICE, ScamType.LOAN]),
    st.floats(0.1, 5),
    st.floats(60, 100),
)


@given(st.lists(MARKS, max_size=12))
def test_contributions_and_prior_add_up_to_the_risk(marks):
    judged = weigh(marks)
    if judged.scam_type:
        assert judged.risk == pytest.approx(MODEL.prior + sum(judged.contributions))


@given(st.lists(MARKS, max_size=12))
def test_one_more_accusing_phrase_never_lowers_the_risk(marks):
    before = weigh(marks)
    after = weigh([*marks, mark(Stage.ASK, "new", None)])
    assert after.risk >= before.risk - 1e-9 or before.scam_type is None
