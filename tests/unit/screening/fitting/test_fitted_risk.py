"""Numbers fitted to invented calls."""

from __future__ import annotations

import numpy as np
import pytest

from contracts.evidence import Speaker
from screening.diction import NO_DICTION, Diction
from screening.evaluation.dialogue import FOLDS
from screening.fitting.fitted_risk import Aims, RiskNumbers, fit
from screening.fitting.likelihood import Unknowns
from screening.phrasebook import Phrasebook
from screening.risk_model import HIGHEST_BONUS, LOWEST_PRIOR, RiskModel
from tests.fixtures.labelled_calls import PHRASES, calls

pytestmark = pytest.mark.unit

MODEL = RiskModel()
SOME_DICTION = Diction({Speaker.CALLER: {"垫": 10.0}, Speaker.RESIDENT: {}})
FRAUD = [
    *calls(40, "who", "hook", "ask", is_fraud=True, file="fraud"),
    *calls(40, "loan", "fee", is_fraud=True, file="loans"),
]
BENIGN = [
    *calls(40, "who", is_fraud=False, file="service"),
    *calls(40, "fee", "loan", "warn", is_fraud=False, file="lectures"),
    *calls(20, is_fraud=False, file="chat"),
]


@pytest.fixture(scope="module")
def fitted():
    return fit([*FRAUD, *BENIGN], PHRASES, MODEL, Aims())


def weight(numbers, name):
    return dict(zip([phrase.id for phrase in PHRASES], numbers.weights, strict=True))[name]


def test_what_is_said_in_frauds_alone_gains_weight(fitted):
    assert weight(fitted, "ask") > 1.0


def test_what_is_said_in_ordinary_calls_alone_loses_weight_but_never_its_sign():
    benign = calls(300, "loan", "ask", is_fraud=False, file="service")
    numbers = fit([*FRAUD[:40], *benign], PHRASES, MODEL, Aims(penalty=0.02))
    assert 0.05 <= weight(numbers, "loan") < 0.7


def test_a_protective_phrase_said_in_frauds_never_helps_to_tell_them():
    warned = calls(200, "who", "warn", is_fraud=True)
    numbers = fit([*warned, *BENIGN], PHRASES, MODEL, Aims(penalty=0.02))
    assert 0 < weight(numbers, "warn") < 1.5


def test_a_phrase_that_no_call_brought_keeps_the_editors_weight(fitted):
    assert (weight(fitted, "secret"), weight(fitted, "station")) == (1.5, 1.0)


def test_a_firmer_penalty_keeps_weights_nearer_to_the_editors():
    def distance(penalty):
        found = fit([*FRAUD, *BENIGN], PHRASES, MODEL, Aims(penalty=penalty)).weights
        return sum(abs(new - phrase.weight) for new, phrase in zip(found, PHRASES, strict=True))

    assert distance(100.0) < distance(1.0)


def test_fitted_numbers_tell_the_labels_where_the_evidence_does(fitted):
    every = [*FRAUD, *BENIGN]
    assert [risk >= 0 for risk in fitted.risks(every, PHRASES)] == [call.is_fraud for call in every]


def test_numbers_are_written_with_two_decimals(fitted):
    numbers = [*fitted.weights, fitted.model.prior, *fitted.model.combination]
    assert numbers == [round(number, 2) for number in numbers]


def test_diction_that_tells_the_labels_weighs_more_and_tells_them():
    told = [
        *calls(60, "who", is_fraud=True, diction=1.0),
        *calls(60, "who", is_fraud=False, diction=-1.0),
        *BENIGN,
    ]
    numbers = fit(told, PHRASES, MODEL, Aims())
    assert numbers.diction > 1.5
    assert (numbers.risks(told[:60], PHRASES) >= 0).all()


def test_fitting_twice_gives_the_same(fitted):
    assert fit([*FRAUD, *BENIGN], PHRASES, MODEL, Aims()) == fitted


def test_limits_and_times_stay_as_they_are(fitted):
    fitted_ones = {"prior", "combination"}
    assert fitted.model.model_dump(exclude=fitted_ones) == MODEL.model_dump(exclude=fitted_ones)


def test_what_cannot_be_told_apart_costs_recall_and_no_false_alarms():
    alike = ("who", "hook")
    every = [*calls(50, *alike, is_fraud=True), *calls(300, *alike, is_fraud=False, file="police")]
    assert (fit(every, PHRASES, MODEL, Aims(most_false_alarms=0.0)).risks(every, PHRASES) < 0).all()


def test_more_false_alarms_allowed_let_the_same_calls_alert():
    alike = ("who", "hook")
    every = [*calls(50, *alike, is_fraud=True), *calls(300, *alike, is_fraud=False, file="police")]
    assert (fit(every, PHRASES, MODEL, Aims(most_false_alarms=1.0)).risks(every, PHRASES) >= 0).all()


def test_a_file_that_is_excepted_may_raise_other_false_alarms_than_the_rest():
    known, alike = ("who",), ("who", "hook")
    police = calls(300, *alike, is_fraud=False, file="police")
    every = [*calls(50, *alike, is_fraud=True), *police, *calls(300, *known, is_fraud=False, file="chat")]
    aims = Aims(most_false_alarms=0.0, exceptions={"police": 1.0})
    risks = fit(every, PHRASES, MODEL, aims).risks(every, PHRASES)
    assert ((risks[:350] >= 0).all(), (risks[350:] >= 0).any()) == (True, False)


def unknowns(diction=0.0, **weights):
    """Return what a minimiser might find: these weights and no others, and no bonus."""
    each = np.array([weights.get(phrase.id, 0.0) for phrase in PHRASES])
    return Unknowns(each, MODEL.prior, np.zeros(3), diction)


@pytest.fixture
def minimiser(monkeypatch):
    """Let fitting find, for each cost of a false alarm, one thing on parts of the calls and one on all."""

    def play(*found):
        monkeypatch.setattr("screening.fitting.fitted_risk._COSTS", tuple(range(1, len(found) + 1)))
        turns = iter([each for left_out, whole in found for each in (*[left_out] * FOLDS, whole)])
        monkeypatch.setattr("screening.fitting.fitted_risk.minimised", lambda *_: next(turns).packed)

    return play


def test_numbers_that_do_badly_on_all_calls_are_not_taken_for_what_they_did_on_parts(minimiser):
    frauds = calls(40, "hook", "secret", "ask", is_fraud=True)
    every = [*frauds, *calls(40, "who", is_fraud=False, diction=9.0)]
    good, bad = unknowns(hook=5.0, secret=5.0, ask=5.0), unknowns(who=5.0, diction=1.0)
    minimiser((good, bad), (good, good))
    assert (fit(every, PHRASES, MODEL, Aims()).risks(frauds, PHRASES) >= 0).all()


def test_numbers_are_judged_at_a_prior_that_may_be_shipped(minimiser):
    worded = calls(20, "who", is_fraud=True, diction=7.0)
    every = [*worded, *calls(20, "who", is_fraud=True, file="plain"), *calls(40, is_fraud=False)]
    # The first tells all frauds, but only where nothing at all is nearly an alert; the others some anywhere.
    of_all, of_some = unknowns(who=3.0), unknowns(who=0.5, diction=1.0)
    minimiser((of_all, of_all), (of_some, of_some))
    assert (fit(every, PHRASES, MODEL, Aims()).risks(worded, PHRASES) >= 0).all()


def test_a_prior_that_must_not_rise_lets_the_stages_together_rise_instead():
    raised = fit([*FRAUD, *BENIGN[-20:]], PHRASES, MODEL, Aims())
    assert raised.model.prior < MODEL.stage_limits.highest_prior
    assert (raised.risks(FRAUD, PHRASES) > 0).all()


def test_a_prior_at_its_lowest_lets_the_stages_together_fall_instead():
    script = ("who", "hook", "secret", "ask")
    every = [*calls(50, *script, is_fraud=True), *calls(300, *script, is_fraud=False, file="police")]
    heavy = RiskModel(combination=(20, 20, 20))
    numbers = fit(every, PHRASES, heavy, Aims(penalty=100.0, most_false_alarms=0.0))
    assert (numbers.model.prior, (numbers.risks(every, PHRASES) < 0).all()) == (LOWEST_PRIOR, True)


def test_no_bonus_rises_above_the_highest_there_is():
    heavy = RiskModel(combination=(18, 18, 18))
    numbers = fit([*FRAUD, *BENIGN[-20:]], PHRASES, heavy, Aims())
    assert numbers.model.combination == (HIGHEST_BONUS, HIGHEST_BONUS, HIGHEST_BONUS)


def test_a_weight_below_the_least_of_the_fitting_stays_where_nothing_spoke_of_it():
    faint = [phrase.model_copy(update={"weight": 0.02}) for phrase in PHRASES]
    assert weight(fit([*FRAUD, *BENIGN], faint, MODEL, Aims()), "station") == 0.02


def test_the_editors_numbers_judge_as_the_phrasebook_does():
    risks = RiskNumbers.of(Phrasebook("1", PHRASES, MODEL)).risks(calls(1, is_fraud=False), PHRASES)
    assert risks == pytest.approx(np.array([MODEL.prior]))


@pytest.mark.parametrize(("diction", "counts"), [(NO_DICTION, False), (SOME_DICTION, True)])
def test_diction_counts_beside_the_editors_numbers_where_the_phrasebook_has_some(diction, counts):
    editors = RiskNumbers.of(Phrasebook("1", PHRASES, MODEL, diction=diction))
    plain, worded = (
        editors.risks(calls(1, "hook", is_fraud=True, diction=each), PHRASES)[0] for each in (0.0, 3.0)
    )
    assert worded - plain == pytest.approx(3.0 if counts else 0.0)
