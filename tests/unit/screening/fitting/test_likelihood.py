"""How badly numbers explain labels."""

from __future__ import annotations

import numpy as np
import pytest

from screening.fitting.importance import importance_of
from screening.fitting.likelihood import Likelihood, Unknowns
from screening.fitting.risk_table import RiskTable
from screening.risk_model import RiskModel
from tests.fixtures.labelled_calls import PHRASES, calls

pytestmark = pytest.mark.unit

MODEL = RiskModel()
EDITORS = Unknowns.of(PHRASES, MODEL)
EVERY = [
    *calls(3, "who", "hook", is_fraud=True),
    *calls(2, "loan", "ask", "warn", is_fraud=False),
    *calls(2, is_fraud=False),
    *calls(2, "who", is_fraud=True, diction=2.5),
    *calls(1, is_fraud=True, diction=3.5),
    *calls(1, is_fraud=False, diction=-1.5),
    *calls(1, "ask", is_fraud=True, diction=90.0),
]
LIKELIHOOD = Likelihood(
    RiskTable(EVERY, PHRASES, MODEL),
    np.array([call.is_fraud for call in EVERY], dtype=float),
    importance_of(EVERY, {}),
    EDITORS,
    penalty=1.5,
    highest_prior=-5.5,
)
PLACE = EDITORS.packed + np.linspace(-0.3, 0.3, len(EDITORS.packed))


@pytest.mark.parametrize("at", range(len(PLACE)))
def test_the_slope_is_the_rise_by_a_little_more(at):
    step = 1e-6 * np.eye(len(PLACE))[at]
    rise = (LIKELIHOOD(PLACE + step)[0] - LIKELIHOOD(PLACE - step)[0]) / 2e-6
    assert LIKELIHOOD(PLACE)[1][at] == pytest.approx(rise, abs=1e-5)


def test_a_call_nobody_doubts_costs_nothing_beside_the_wrong_label():
    silent = calls(1, is_fraud=False)
    losses = [
        Likelihood(RiskTable(silent, PHRASES, MODEL), np.array([label]), np.ones(1), EDITORS, 1.0, -5.5)(
            EDITORS.packed
        )[0]
        for label in (0.0, 1.0)
    ]
    assert losses == pytest.approx([np.log1p(np.exp(MODEL.prior)), np.log1p(np.exp(-MODEL.prior))])


def test_the_prior_is_free_to_move():
    moved = EDITORS.packed.copy()
    moved[len(PHRASES)] -= 2
    pulled = Likelihood(
        LIKELIHOOD.table, LIKELIHOOD.are_fraud, np.zeros(len(EVERY)), EDITORS, penalty=9.0, highest_prior=-5.5
    )
    assert pulled(moved)[0] == 0.0


def test_diction_is_free_to_weigh_more_or_less_but_never_against_what_it_says():
    assert LIKELIHOOD.bounds[len(PHRASES) + 1][0] == 0.0
    moved = EDITORS.packed.copy()
    moved[len(PHRASES) + 1] += 2
    assert (
        Likelihood(
            LIKELIHOOD.table,
            LIKELIHOOD.are_fraud,
            np.zeros(len(EVERY)),
            EDITORS,
            penalty=9.0,
            highest_prior=-5.5,
        )(moved)[0]
        == 0.0
    )


def test_the_bonuses_are_told_from_their_steps():
    assert Unknowns.unpacked(EDITORS.packed).combination == pytest.approx(MODEL.combination)
