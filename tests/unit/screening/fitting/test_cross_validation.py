"""Numbers judged by calls they were not fitted on."""

from __future__ import annotations

import pytest

from screening.fitting.cross_validation import cross_validated, judge
from screening.fitting.fitted_risk import RiskNumbers
from screening.phrasebook import Phrasebook
from screening.risk_model import RiskModel
from tests.fixtures.labelled_calls import PHRASES, calls

pytestmark = pytest.mark.unit

EDITORS = RiskNumbers.of(Phrasebook("1", PHRASES))
STRICT = RiskNumbers(EDITORS.weights, RiskModel(prior=-20.0))
FRAUD = calls(20, "who", "hook", "ask", is_fraud=True, file="fraud")
BENIGN = calls(30, "who", is_fraud=False, file="service")


def tried(fit, folds=4):
    return list(cross_validated([*FRAUD, *BENIGN], PHRASES, EDITORS, fit, folds))


def test_no_call_is_judged_by_what_was_fitted_on_it():
    fitted_on = []

    def fit(chosen):
        fitted_on.append({call.fold(4) for call in chosen})
        return EDITORS

    assert [each.fold in others for each, others in zip(tried(fit), fitted_on, strict=True)] == [False] * 4


def test_every_call_is_judged_once():
    counts = [count for each in tried(lambda _: EDITORS) for count in each.counts]
    assert sum(count.calls for count in counts) == len(FRAUD) + len(BENIGN)


def test_alerts_are_counted_by_file_before_and_after():
    counts = judge(1, [*FRAUD, *BENIGN], PHRASES, EDITORS, STRICT).counts
    assert [(count.file, count.calls, count.before, count.after) for count in counts] == [
        ("fraud", 20, 20, 0),
        ("service", 30, 0, 0),
    ]


def test_frauds_that_are_always_riskier_fill_the_whole_area():
    assert judge(1, [*FRAUD, *BENIGN], PHRASES, EDITORS, STRICT).area_after == 1.0


def test_without_both_labels_there_is_no_area():
    assert judge(1, FRAUD, PHRASES, EDITORS, STRICT).area_after is None
