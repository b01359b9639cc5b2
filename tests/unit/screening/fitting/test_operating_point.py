"""Where the line is drawn."""

from __future__ import annotations

import numpy as np
import pytest

from screening.fitting.operating_point import prior_for
from tests.fixtures.labelled_calls import calls

pytestmark = pytest.mark.unit


def prior(most_false_alarms, **files):
    every = [each for file, risks in files.items() for each in calls(len(risks), is_fraud=False, file=file)]
    risks = np.array([risk for risks in files.values() for risk in risks])
    return prior_for(every, risks, lambda _: most_false_alarms)


def test_the_riskiest_call_stays_just_below_an_alert():
    assert prior(0.0, service=[2.0, 5.0, 3.0]) == -5.01


def test_the_allowed_share_of_a_file_may_alert():
    assert prior(0.4, service=[2.0, 5.0, 3.0, 4.0, 1.0]) == -3.01


def test_a_share_of_less_than_one_call_allows_one():
    assert prior(0.003, service=[2.0, 5.0, 3.0, 4.0, 1.0]) == -4.01


def test_each_file_has_its_own_allowance():
    assert prior(0.5, service=[2.0, 5.0], own=[6.0, 7.0]) == -6.01


def test_a_file_that_is_hard_to_tell_may_be_allowed_more():
    every = [*calls(2, is_fraud=False, file="service"), *calls(2, is_fraud=False, file="near")]
    shares = {"near": 1.0, "service": 0.0}
    assert prior_for(every, np.array([2.0, 5.0, 8.0, 9.0]), shares.__getitem__) == -5.01


def test_frauds_do_not_move_the_line():
    every = [*calls(1, is_fraud=True), *calls(1, is_fraud=False)]
    assert prior_for(every, np.array([9.0, 4.0]), lambda _: 0.0) == -4.01


def test_an_easy_sample_does_not_make_every_call_a_fraud():
    assert prior(0.0, chat=[0.0, 0.0]) < -1


def test_a_file_whose_calls_may_all_alert_draws_no_line():
    assert prior(1.0, chat=[4.0, 6.0]) > -4.0
