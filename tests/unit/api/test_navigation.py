"""Sections of the console by role."""

from __future__ import annotations

import pytest

from api.console.navigation import places_of
from api.identity import Role

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("role", Role)
def test_everybody_is_led_to_the_cases_first(role: Role):
    assert places_of(role)[0].section == "cases"


def test_an_operator_is_not_led_to_the_upkeep_of_lists():
    assert "lists" not in {place.section for place in places_of(Role.OPERATOR)}


@pytest.mark.parametrize("role", [Role.ADMIN, Role.LEAD, Role.AUDITOR])
def test_those_who_answer_for_lists_are_led_to_them(role: Role):
    assert "lists" in {place.section for place in places_of(role)}
