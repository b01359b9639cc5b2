"""Adding evidence up."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.evidence import Stage
from contracts.taxonomy import RiskLevel, ScamType
from screening.phrase import STAGES_OF_PHRASES, Phrase, Speakers
from screening.risk import assess, threshold_shift
from screening.risk_model import RiskModel

pytestmark = pytest.mark.unit

MODEL = RiskModel()
MINUTE = 60_000
ACCUSING = [stage for stage in STAGES_OF_PHRASES if stage is not Stage.PROTECTIVE]


@dataclass(frozen=True)
class Found:
    phrase: Phrase
    score: float = 100.0
    end_ms: int = 0


def mark(stage, name="a", kind=ScamType.POLICE, weight=2.0, score=100.0, end_ms=0):
    phrase = Phrase(id=f"{stage.value}.{name}", wordings=("涉嫌洗钱",), type=kind, stage=stage, weight=weight)
    return Found(phrase, score, end_ms)


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


def test_what_the_resident_says_counts_with_its_own_stage():
    said = Phrase(
        id="any.resident.bank",
        wordings=("我在银行",),
        stage=Stage.ISOLATION,
        speaker=Speakers.RESIDENT,
        weight=1.5,
    )
    script = [mark(Stage.APPROACH), mark(Stage.HOOK)]
    assert weigh([*script, Found(said)]).level > weigh(script).level


@pytest.mark.parametrize("hook", [0.7, 1.0, 1.5])
def test_an_opening_with_one_ordinary_hook_raises_no_alert(hook):
    assert weigh([mark(Stage.APPROACH), mark(Stage.HOOK, weight=hook)]).level < RiskLevel.MEDIUM


def test_protection_of_another_type_does_not_help():
    script = [mark(stage) for stage in ACCUSING]
    assert weigh([*script, mark(Stage.PROTECTIVE, kind=ScamType.LOAN)]).risk == weigh(script).risk


def test_the_type_that_the_wording_of_the_call_makes_worst_leads():
    marks = [mark(Stage.APPROACH), mark(Stage.PROTECTIVE, kind=ScamType.POLICE, weight=1.6)]
    plain, worded = (assess(marks, MODEL, diction=diction) for diction in (0.0, 3.0))
    assert sum(worded.contributions) < 0
    assert (plain.scam_type, worded.scam_type) == (None, ScamType.POLICE)
    assert worded.risk == pytest.approx(MODEL.prior + sum(worded.contributions) + 3.0)


def test_evidence_keeps_its_full_weight_for_ten_minutes():
    script = [mark(stage) for stage in ACCUSING]
    assert weigh(script, now_ms=10 * MINUTE).risk == weigh(script).risk


def test_evidence_halves_after_a_further_quarter_of_an_hour():
    aged = weigh([mark(Stage.HOOK, weight=2.0)], now_ms=25 * MINUTE)
    assert aged.risk == pytest.approx(weigh([mark(Stage.HOOK, weight=1.0)]).risk)


def test_stages_hours_apart_are_no_script():
    marks = [mark(stage, end_ms=hour * 60 * MINUTE) for hour, stage in enumerate(ACCUSING)]
    assert weigh(marks, now_ms=3 * 60 * MINUTE).level < RiskLevel.MEDIUM


def test_a_phrase_said_again_late_in_a_call_counts_in_full():
    again = [mark(Stage.HOOK), mark(Stage.HOOK, end_ms=90 * MINUTE)]
    assert weigh(again, now_ms=90 * MINUTE).risk >= weigh([mark(Stage.HOOK)]).risk


def test_a_model_whose_single_stage_could_alert_is_refused():
    with pytest.raises(ValidationError, match=r"one stage alone could alert; set prior below -5\.4"):
        RiskModel(prior=-5.0)


def test_a_model_in_which_more_stages_weigh_less_is_refused():
    with pytest.raises(ValidationError, match="combination must not fall"):
        RiskModel(combination=(3.0, 2.0, 4.0))


def found(stage, name, kind, weight, score, minutes):
    # A phrase has one weight, so the weight is part of the name.
    return mark(stage, f"{name}.{kind or 'any'}{weight * 100:.0f}", kind, weight, score, minutes * MINUTE)


TYPES = st.sampled_from([None, *ScamType])
MARKS = st.builds(
    found,
    st.sampled_from(STAGES_OF_PHRASES),
    st.sampled_from("abc"),
    TYPES,
    st.sampled_from([0.02, 0.3, 1.5, 5.0]),
    st.floats(60, 100),
    st.integers(0, 90),
)
ACCUSING_MARKS = MARKS.filter(lambda found: found.phrase.stage is not Stage.PROTECTIVE)
CALLS = st.lists(MARKS, max_size=12)
SHIFTS = st.floats(0, threshold_shift(1.0, high_risk_resident=True))
TIMES = st.integers(90 * MINUTE, 300 * MINUTE)


@given(CALLS, TIMES)
def test_contributions_and_prior_add_up_to_the_risk(marks, now_ms):
    judged = weigh(marks, now_ms=now_ms)
    assert judged.risk == pytest.approx(MODEL.prior + sum(judged.contributions))


@given(CALLS, ACCUSING_MARKS, SHIFTS, TIMES)
def test_one_more_accusing_phrase_never_lowers_risk_or_level(marks, more, shift, now_ms):
    before, after = (weigh(heard, shift, now_ms=now_ms) for heard in (marks, [*marks, more]))
    assert after.risk >= before.risk - 1e-5
    assert after.level >= before.level


@given(CALLS, st.data())
def test_the_order_in_which_marks_are_told_does_not_matter(marks, data):
    shuffled = data.draw(st.permutations(marks))
    assert weigh(shuffled).risk == pytest.approx(weigh(marks).risk, abs=1e-5)


@given(CALLS, TIMES, TIMES)
def test_time_alone_never_raises_the_risk(marks, one, other):
    earlier, later = sorted((one, other))
    assert weigh(marks, now_ms=later).risk <= weigh(marks, now_ms=earlier).risk + 1e-5


@given(st.lists(MARKS, max_size=60))
def test_risk_lies_between_what_protection_can_take_and_a_whole_script_can_give(marks):
    highest = sum(limit for _, limit in MODEL.stage_limits.items()) + MODEL.combination[-1]
    assert -MODEL.protection_limit <= weigh(marks).risk - MODEL.prior <= highest


@given(CALLS, SHIFTS, SHIFTS)
def test_a_greater_shift_never_lowers_the_level(marks, one, other):
    less, more = sorted((one, other))
    assert weigh(marks, less).level <= weigh(marks, more).level


@given(st.sampled_from(ACCUSING), st.lists(MARKS, max_size=60), SHIFTS)
def test_no_number_of_phrases_of_one_stage_raises_an_alert(stage, marks, shift):
    alike = [each for each in marks if each.phrase.stage is stage]
    assert weigh(alike, shift).level < RiskLevel.MEDIUM
