"""Which standings nodes are told, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from blacklists.behaviour import Behaviour
from blacklists.reputation import Report, ReportSource, reputation_of
from blacklists.standing import block_standing, standing_of, worst_first
from contracts.node_api import Standing

pytestmark = pytest.mark.unit

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FOUR = reputation_of(
    [Report(f"r{n}", ReportSource.RESIDENT, bad=True, verified=True, at=NOON) for n in range(4)], NOON
)
NUMBER = "+8619900000001"


def test_without_a_published_reputation_there_is_no_score():
    standing = standing_of(NUMBER, Behaviour(residents_last_hour=7), None)
    assert (standing.score, standing.reports, standing.residents_last_hour) == (0, 0, 7)


def test_a_published_reputation_gives_score_and_reports():
    standing = standing_of(NUMBER, Behaviour(), FOUR)
    assert (standing.score, standing.reports) == (0.51, 4)


def test_a_score_lent_by_the_block_says_so():
    assert standing_of(NUMBER, Behaviour(), FOUR, "+861990000000").of_block == "+861990000000"


def test_a_blocks_standing_bears_its_leading_digits():
    standing = block_standing("+861990000000", FOUR)
    assert (standing.number, standing.block, standing.score) == ("+861990000000", True, 0.51)


def test_the_worst_come_first_and_the_rest_is_counted():
    crowd = [Standing(number=f"+86199{n:08}", residents_last_hour=n) for n in range(5, 15)]
    told, left_out = worst_first(crowd, 3)
    assert ([standing.residents_last_hour for standing in told], left_out) == ([14, 13, 12], 7)


def test_a_cleared_number_is_never_left_out():
    crowd = [Standing(number=f"+86199{n:08}", score=0.9, reports=9) for n in range(9)]
    told, _ = worst_first([*crowd, Standing(number=NUMBER)], 2)
    assert told[0].number == NUMBER


def test_equal_standings_have_one_order():
    one, other = Standing(number="+8619900000001", score=0.5), Standing(number="+8619900000002", score=0.5)
    assert worst_first([one, other]) == worst_first([other, one])
