"""Recall against false alarms at every threshold."""

from __future__ import annotations

import pytest

from screening.evaluation.sweep import Point, sweep
from screening.evaluation.trial import Trial

pytestmark = pytest.mark.unit


def trial(label, risk):
    return Trial("a", label, "", None, None, risk, ())


def test_each_risk_reached_is_a_threshold():
    trials = [trial("fraud", 2.0), trial("fraud", -1.0), trial("benign", 0.0), trial("benign", -3.0)]
    assert sweep(trials) == (
        Point(2.0, recall=0.5, false_alarms=0.0),
        Point(0.0, recall=0.5, false_alarms=0.5),
        Point(-1.0, recall=1.0, false_alarms=0.5),
        Point(-3.0, recall=1.0, false_alarms=1.0),
    )


def test_a_call_in_which_nothing_was_said_reaches_no_threshold():
    trials = [trial("fraud", None), trial("fraud", 1.0), trial("benign", None)]
    assert sweep(trials) == (Point(1.0, recall=0.5, false_alarms=0.0),)
