"""Wordings as words of the model's vocabulary."""

from __future__ import annotations

import pytest

from asr.graph.wording_words import Cutter

pytestmark = pytest.mark.unit

COSTS = {"安全": 8.0, "账户": 9.0, "安": 7.0, "全": 7.0, "反": 7.0, "诈": 11.0, "中心": 7.0, "转到": 8.0}


def _cut(wording: str) -> list[list[str]]:
    return list(Cutter(COSTS).cut(wording))


def test_the_cheapest_words_are_taken() -> None:
    assert _cut("安全账户") == [["安全", "账户"]]


def test_a_word_that_is_missing_comes_in_pieces() -> None:
    assert _cut("反诈中心") == [["反", "诈", "中心"]]


def test_a_slot_parts_stretches() -> None:
    assert _cut("转到…账户") == [["转到"], ["账户"]]


def test_a_mark_parts_stretches() -> None:
    assert _cut("安全，账户") == [["安全"], ["账户"]]


def test_what_is_in_no_word_parts_stretches() -> None:
    assert _cut("转到APP账户") == [["转到"], ["账户"]]


@pytest.mark.parametrize("wording", ["", "…", "96110"])
def test_where_no_word_is_there_is_no_stretch(wording: str) -> None:
    assert _cut(wording) == []


def test_a_vocabulary_without_words_cuts_nothing() -> None:
    assert list(Cutter({}).cut("安全账户")) == []
