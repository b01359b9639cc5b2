"""What is taken from libraries."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from screening.fitting.learning import FittingUnavailableError, check_installed, minimised, splits

pytestmark = pytest.mark.unit


def test_the_least_value_within_bounds_is_found():
    def bowl(place):
        return float(((place - 3) ** 2).sum()), 2 * (place - 3)

    assert minimised(bowl, np.zeros(2), [(0, 10), (0, 1)]) == pytest.approx([3, 1])


def test_each_fold_is_set_against_all_others():
    assert [(others.tolist(), own.tolist()) for others, own in splits([4, 2, 4])] == [
        ([0, 2], [1]),
        ([1], [0, 2]),
    ]


@pytest.mark.parametrize("package", ["scipy.optimize", "sklearn.metrics"])
def test_a_missing_package_is_named_with_its_remedy(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(FittingUnavailableError, match=r"pip install changmao\[fit\]"):
        check_installed()
