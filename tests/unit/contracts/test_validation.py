"""Problems of data are told without the data."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from contracts.node_api import Enrolment
from contracts.validation import problem_of

pytestmark = pytest.mark.unit


def problem(**fields):
    with pytest.raises(ValidationError) as caught:
        Enrolment.model_validate(fields)
    return problem_of(caught.value)


def test_a_problem_is_told_by_place_and_kind():
    assert problem(resident_id="r1") == "number: missing"


def test_more_problems_are_counted():
    assert problem() == "resident_id: missing and 1 more"


def test_no_value_is_told():
    assert "19900001234" not in problem(resident_id="r1", number={"secret": "19900001234"})
