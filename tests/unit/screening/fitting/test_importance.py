"""How much each call counts."""

from __future__ import annotations

import pytest

from screening.fitting.importance import importance_of
from tests.fixtures.labelled_calls import calls

pytestmark = pytest.mark.unit

EVERY = [
    *calls(10, is_fraud=True, file="fraud"),
    *calls(900, is_fraud=False, file="service"),
    *calls(100, is_fraud=False, file="own"),
]


def shares(**factors):
    importance = importance_of(EVERY, factors)
    return importance[:10].sum(), importance[10:910].sum(), importance[910:].sum()


def test_a_call_counts_one_on_average():
    assert sum(shares()) == pytest.approx(len(EVERY))


def test_frauds_count_as_much_as_ordinary_calls():
    fraud, service, own = shares()
    assert fraud == pytest.approx(service + own)


def test_a_file_counts_by_the_root_of_its_size():
    _, service, own = shares()
    assert service / own == pytest.approx(3)


def test_a_factor_makes_a_file_count_more():
    _, service, own = shares(own=6.0)
    assert own / service == pytest.approx(2)
