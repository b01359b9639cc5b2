"""Why something is refused: a code, parts, and English words."""

from __future__ import annotations

import pytest

from blacklists.reason import ENGLISH, Reason, ReasonedError, Why

pytestmark = pytest.mark.unit


def test_every_code_has_english_words():
    assert set(ENGLISH) == set(Why)


def test_a_reason_as_text_is_its_words_with_the_parts_in_them():
    assert str(Reason(Why.SAME, {"line": 3})) == "same as line 3, which is taken"


def test_braces_in_what_was_given_are_no_places_for_parts():
    assert str(Reason(Why.NO_NUMBER, {"text": "{length}"})).startswith("{length} is no number")


def test_an_error_with_a_reason_says_it_in_english():
    assert str(ReasonedError(Why.SAME, line=2)) == str(Reason(Why.SAME, {"line": 2}))
