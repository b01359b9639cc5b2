"""What trials add up to, by figures worked out by hand."""

from __future__ import annotations

import pytest

from screening.evaluation.figures import Share, figures_of
from screening.evaluation.trial import Alert, Trial

pytestmark = pytest.mark.unit


def trial(at_s=None, *, kind="", turn=0, ask_turn=None):
    alert = None if at_s is None else Alert(round(at_s * 1000), turn, None)
    return Trial("a", "fraud", kind, alert, ask_turn, 0.0, ())


def test_the_rate_is_the_share_of_calls_that_raised_an_alert():
    assert figures_of([trial(1), trial(), trial(), trial()]).share == Share(dialogues=4, alerted=1)


@pytest.mark.parametrize(("share", "rate"), [(Share(4, 1), 0.25), (Share(3, 1), 0.3333), (Share(0, 0), None)])
def test_a_rate_has_four_places_and_none_of_nothing(share, rate):
    assert share.rate == rate


def test_the_median_leaves_out_calls_without_an_alert():
    assert figures_of([trial(30), trial(), trial(10), trial(21)]).seconds_p50 == 21.0


def test_of_two_alerts_the_median_lies_between():
    assert figures_of([trial(10), trial(21)]).seconds_p50 == 15.5


@pytest.mark.parametrize(("alerts", "seconds"), [(1, 1.0), (10, 9.0), (11, 10.0), (20, 18.0)])
def test_nine_in_ten_alerts_came_by_the_90th_percentile(alerts, seconds):
    assert figures_of([trial(at_s) for at_s in range(1, alerts + 1)]).seconds_p90 == seconds


def test_without_alerts_there_are_no_times():
    figures = figures_of([trial()])
    assert (figures.seconds_p50, figures.seconds_p90, figures.before_first_ask) == (None, None, None)


def test_alerts_in_time_are_counted_among_alerts_with_an_ask():
    in_time, within, late = (
        trial(1, turn=0, ask_turn=1),
        trial(1, turn=1, ask_turn=1),
        trial(1, turn=2, ask_turn=1),
    )
    assert figures_of([in_time, within, late, trial(1), trial(ask_turn=1)]).before_first_ask == 0.6667


def test_types_are_counted_by_themselves_and_nameless_ones_are_left_out():
    trials = [trial(1, kind="乙"), trial(kind="甲"), trial(1), trial(1, kind="甲")]
    assert figures_of(trials).by_type == {"乙": Share(1, 1), "甲": Share(2, 1)}


def test_json_has_the_agreed_keys():
    assert figures_of([trial(2, kind="甲", ask_turn=0)]).plain() == {
        "dialogues": 1,
        "alerted": 1,
        "rate": 1.0,
        "seconds_p50": 2.0,
        "seconds_p90": 2.0,
        "before_first_ask": 1.0,
        "by_type": {"甲": {"dialogues": 1, "alerted": 1, "rate": 1.0}},
    }
