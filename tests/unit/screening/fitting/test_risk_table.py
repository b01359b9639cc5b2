"""Many risks at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from contracts.evidence import Stage
from contracts.taxonomy import RiskLevel
from screening.fitting.heard_call import HeardCall, moment_of, undominated
from screening.fitting.risk_table import RiskTable
from screening.risk import assess
from screening.risk_model import RiskModel
from tests.fixtures.labelled_calls import PHRASES, Found

pytestmark = pytest.mark.unit

MODEL = RiskModel(prior=-6.1, combination=(2.0, 4.5, 5.25))
COMBINATION = np.array(MODEL.combination)
WEIGHTS = np.array([phrase.weight for phrase in PHRASES])
ACCUSING = {phrase.id for phrase in PHRASES if phrase.stage is not Stage.PROTECTIVE}
MINUTE = 60_000
MARKS = st.lists(
    st.builds(Found, st.sampled_from(PHRASES), st.floats(60, 100), st.integers(0, 60 * MINUTE)), max_size=12
)
MOMENTS = st.lists(
    st.dictionaries(
        st.sampled_from([phrase.id for phrase in PHRASES]), st.sampled_from([0.2, 1.0, 1.25]), max_size=6
    ).map(lambda shares: tuple(sorted(shares.items()))),
    min_size=1,
    max_size=6,
)


def table_of(*moments):
    calls = [
        HeardCall(str(place), "calls.jsonl", is_fraud=True, moments=tuple(heard))
        for place, heard in enumerate(moments)
    ]
    return RiskTable(calls, PHRASES, MODEL)


@given(MARKS)
def test_the_table_agrees_with_the_assessment_of_a_call(marks):
    moment = moment_of(marks, MODEL, 60 * MINUTE)
    worst = table_of([moment]).worst(WEIGHTS, COMBINATION).risks[0] + MODEL.prior
    assert worst == pytest.approx(assess(marks, MODEL, now_ms=60 * MINUTE).risk, abs=1e-5)


@given(st.lists(MOMENTS, min_size=1, max_size=4))
def test_each_call_has_the_risk_of_its_worst_moment(calls):
    alone = [
        max(table_of([moment]).worst(WEIGHTS, COMBINATION).risks[0] for moment in call) for call in calls
    ]
    assert table_of(*calls).worst(WEIGHTS, COMBINATION).risks == pytest.approx(alone)


@given(MOMENTS, arrays(float, len(PHRASES), elements=st.floats(0.05, 5)))
def test_moments_that_another_outdoes_are_never_the_worst(moments, weights):
    kept = undominated(moments, ACCUSING)
    every, few = (table_of(heard).worst(weights, COMBINATION).risks[0] for heard in (moments, kept))
    assert few == pytest.approx(every)


def test_of_growing_evidence_only_the_last_moment_is_kept():
    growing = [(), (("who", 1.0),), (("hook", 1.0), ("who", 1.0))]
    assert undominated(growing, ACCUSING) == (growing[-1],)


def test_the_moment_before_a_protective_phrase_is_kept():
    growing = [(("who", 1.0),), (("warn", 1.0), ("who", 1.0))]
    assert undominated(growing, ACCUSING) == (growing[0],)


@given(MARKS, st.floats(-15, 15))
def test_the_table_agrees_on_diction_and_its_limit(marks, diction):
    moment = (("", diction), *moment_of(marks, MODEL, 60 * MINUTE))
    worst = table_of([moment]).worst(WEIGHTS, COMBINATION).risks[0] + MODEL.prior
    judged = assess(marks, MODEL, now_ms=60 * MINUTE, diction=diction)
    assert worst == pytest.approx(judged.risk, abs=1e-5)


@given(MARKS, st.floats(-15, 15))
def test_a_risk_of_zero_in_the_table_is_an_alert_of_the_call(marks, diction):
    moment = (("", diction), *moment_of(marks, MODEL, 60 * MINUTE))
    risk = table_of([moment]).worst(WEIGHTS, COMBINATION).risks[0] + MODEL.prior
    assume(abs(risk) > 1e-5)
    judged = assess(marks, MODEL, now_ms=60 * MINUTE, diction=diction)
    assert (risk >= 0) == (judged.level >= RiskLevel.MEDIUM)


SLOPED = table_of([(("hook", 1.0), ("who", 1.0))], [(("ask", 0.8), ("loan", 1.2), ("warn", 0.5))], [()])
IMPORTANCE = np.array([1.0, -2.0, 0.5])


def rise(weights, combination):
    return float(IMPORTANCE @ SLOPED.worst(weights, combination).risks)


def slopes():
    return SLOPED.slopes(SLOPED.worst(WEIGHTS, COMBINATION), COMBINATION, IMPORTANCE)


@pytest.mark.parametrize("place", range(len(PHRASES)))
def test_the_slope_by_a_weight_is_the_rise_by_a_little_more_of_it(place):
    step = 1e-6 * np.eye(len(PHRASES))[place]
    rises = (rise(WEIGHTS + step, COMBINATION) - rise(WEIGHTS - step, COMBINATION)) / 2e-6
    assert slopes()[0][place] == pytest.approx(rises, abs=1e-6)


@pytest.mark.parametrize("place", range(3))
def test_the_slope_by_a_bonus_is_the_rise_by_a_little_more_of_it(place):
    step = 1e-6 * np.eye(3)[place]
    rises = (rise(WEIGHTS, COMBINATION + step) - rise(WEIGHTS, COMBINATION - step)) / 2e-6
    assert slopes()[1][place] == pytest.approx(rises, abs=1e-6)


def test_a_stage_that_is_hardly_present_rises_with_its_share_of_the_bonus():
    table = table_of([(("ask", 0.1), ("hook", 1.0))])
    weights, step = WEIGHTS.copy(), 1e-6 * np.eye(len(PHRASES))[3]
    (by_weight, _) = table.slopes(table.worst(weights, COMBINATION), COMBINATION, np.ones(1))
    more, less = (table.worst(weights + sign * step, COMBINATION).risks[0] for sign in (1, -1))
    assert by_weight[3] == pytest.approx((more - less) / 2e-6, abs=1e-6)
