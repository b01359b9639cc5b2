"""What pieces of talk weigh, fitted to invented calls."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.evidence import Speaker
from screening.diction import NO_DICTION
from screening.evaluation.dialogue import Dialogue, Turn, fold_of
from screening.fitting.fitted_diction import SpokenCall, dictions_without, fitted_diction
from screening.heard_diction import HeardDiction
from screening.reading import read

pytestmark = pytest.mark.unit

FOLDS = 4


def call(number, label, text, answer="嗯好的"):
    turns = (Turn(Speaker.CALLER, text), Turn(Speaker.RESIDENT, answer))
    return SpokenCall.of(Dialogue(f"{label}/{number}", label, "", "", None, turns), f"{label}.jsonl")


CALLS = [
    *(call(number, "fraud", "您先垫上这笔钱。") for number in range(20)),
    *(call(number, "benign", "您到柜台来办。") for number in range(20)),
]


def value_of(diction, text, speaker=Speaker.CALLER):
    heard = HeardDiction(diction)
    heard.hear(speaker, read(text), final=True)
    return heard.value


@pytest.fixture(scope="module")
def fitted():
    return fitted_diction(CALLS, {})


def test_what_frauds_say_speaks_for_fraud_and_what_others_say_against_it(fitted):
    assert value_of(fitted, "先垫上") > 0 > value_of(fitted, "到柜台")


def test_what_both_say_alike_weighs_nothing(fitted):
    assert fitted.weights[Speaker.CALLER].get("您", 0.0) == pytest.approx(0.0, abs=0.3)


def test_it_weighs_by_whom_it_is_said(fitted):
    assert value_of(fitted, "先垫上", Speaker.RESIDENT) == 0


def test_what_is_misheard_as_homophones_still_speaks_for_fraud(fitted):
    assert value_of(fitted, "鲜店商") > 0


def test_a_sound_is_written_as_most_calls_write_it():
    others = [call(number, "fraud", "您显垫上这笔钱。") for number in range(30, 35)]
    kept = fitted_diction([*CALLS, *others], {}).weights[Speaker.CALLER]
    assert "~先垫" in kept
    assert "~显垫" not in kept


def test_a_piece_of_two_calls_is_left_out():
    rare = [call(number, "fraud", "您先垫上这笔押金。") for number in (90, 91)]
    assert "押" not in fitted_diction([*CALLS, *rare], {}).weights[Speaker.CALLER]


def test_of_many_pieces_those_that_tell_most_are_kept(monkeypatch):
    monkeypatch.setattr("screening.fitting.fitted_diction.KEPT_PIECES", 4)
    kept = fitted_diction(CALLS, {}).weights
    assert sum(map(len, kept.values())) == 4
    assert "您" not in kept[Speaker.CALLER]


def test_pieces_across_a_filler_that_are_never_read_so_are_left_out():
    assert ("caller", "那个") not in call(1, "fraud", "那嗯个先垫上。").pieces


def test_calls_of_one_label_teach_nothing():
    assert fitted_diction(CALLS[:20], {}) == NO_DICTION


def test_each_fold_is_told_by_what_was_fitted_without_it_and_without_the_one_held_back():
    dictions = dictions_without(CALLS, FOLDS, 0, {})
    others = [each for each in CALLS if fold_of(each.fold_key, FOLDS) not in {0, 2}]
    assert dictions[2] == fitted_diction(others, {})


def test_a_group_is_left_out_as_a_whole():
    grouped = [replace(each, fold_key="li") if each.is_fraud else each for each in CALLS]
    without = dictions_without(grouped, FOLDS, -1, {})[fold_of("li", FOLDS)]
    assert without == NO_DICTION


def test_fitting_twice_gives_the_same(fitted):
    assert fitted_diction(CALLS, {}) == fitted
