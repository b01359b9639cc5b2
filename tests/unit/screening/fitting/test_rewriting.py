"""Fitted numbers in the text of a phrasebook."""

from __future__ import annotations

import pytest

from contracts.evidence import Speaker
from screening.diction import NO_DICTION, Diction, written_diction
from screening.fitting.fitted_risk import RiskNumbers
from screening.fitting.rewriting import NotRewrittenError, rewritten
from screening.phrasebook import Phrasebook, shipped_text
from screening.phrasebook_yaml import LARGEST_BYTES
from screening.risk_model import RiskModel

pytestmark = pytest.mark.unit

BOOK = """\
# Today's phrases.
version: "7"
phrases:
# 冒充公检法
- id: who
  wordings: [我是公安局的民警]   # as heard in May
  type: police
  stage: approach
  weight: 1.60  # by feeling
- {id: ask, weight: 2, wordings: [安全账户], stage: ask}
"""
MODELS = {
    "none": "",
    "empty": "model: {}\n",
    "prior alone": "model:\n    # the line\n    prior: -5.6 # since June\n",
    "bonuses alone": "model:\n  combination: [2.9, 4.5, 6.1]\n",
    "something else": "model:\n  half_life_minutes: 20\n",
    "in one line": "model: {protection_limit: 3.0, prior: -5.7}\n",
    "bonuses one a line": "model:\n  combination:\n  - 2.9\n  - 4.5   # three\n  - 6.1\n# end\n",
}

FITTED = Diction({Speaker.CALLER: {"先垫": 2.5, "上": -1.0}, Speaker.RESIDENT: {"柜台": -1.0}})
DICTIONS = {
    "none": "",
    "before a comment": "diction:\n  caller: {1.5: 垫 上}\n# of phrases\n",
    "with a comment on its last line": "diction:\n  caller:\n    1.5: 垫 上\n    -1: 好 # the last\n",
    "in one line": "diction: {caller: {1.5: 垫 上}} # fitted in May\n",
    "empty": "diction: {}\n",
}
CHANGES = {
    "as it is": lambda text: text,
    "indented": lambda text: "".join(f"  {line}" for line in text.splitlines(keepends=True)),
    "dots at the end": lambda text: f"---\n{text}...\n",
    "without a last line end": lambda text: text.rstrip("\n"),
    "lines of another system": lambda text: text.replace("\n", "\r\n"),
}


def numbers(*weights, **model):
    return RiskNumbers(weights, RiskModel(**model))


def judged_by(text):
    book = Phrasebook.parse(text)
    return RiskNumbers(tuple(phrase.weight for phrase in book.phrases), book.model)


def test_nothing_changes_where_no_number_does():
    assert rewritten(BOOK, numbers(1.6, 2.0)) == BOOK


def test_only_the_weight_that_changed_is_written_anew():
    assert rewritten(BOOK, numbers(1.73, 2.0)) == BOOK.replace("1.60  # by", "1.73  # by")


def test_weights_in_one_line_are_found():
    assert rewritten(BOOK, numbers(1.6, 1.5)) == BOOK.replace("weight: 2,", "weight: 1.5,")


@pytest.mark.parametrize("before", ["", "diction:\n  caller: {1.5: 垫 上}\n"])
def test_fitted_diction_is_written_at_the_end_in_place_of_what_was_there(before):
    text = rewritten(before + BOOK, numbers(1.6, 2.0), FITTED)
    assert text == BOOK + written_diction(FITTED)


@pytest.mark.parametrize("name", DICTIONS)
@pytest.mark.parametrize("fitted", [FITTED, NO_DICTION], ids=["fitted", "none fitted"])
@pytest.mark.parametrize("change", CHANGES, ids=CHANGES)
@pytest.mark.parametrize("place", ["before", "after"])
def test_every_way_of_writing_diction_takes_what_was_fitted(name, fitted, change, place):
    text = CHANGES[change](DICTIONS[name] + BOOK if place == "before" else BOOK + DICTIONS[name])
    after = Phrasebook.parse(rewritten(text, numbers(0.5, 2.0, prior=-7.0), fitted))
    assert (after.diction, after.phrases[0].weight, after.model.prior) == (fitted, 0.5, -7.0)


@pytest.mark.parametrize("known", ["", ', diction: {caller: {1.5: "垫 上"}}'])
@pytest.mark.parametrize("fitted", [FITTED, NO_DICTION], ids=["fitted", "none fitted"])
def test_a_phrasebook_in_braces_takes_diction_within_them(known, fitted):
    rows = "[{id: who, wordings: [我是公安局的民警], stage: approach, weight: 1.6}]"
    text = f'{{version: "7", phrases: {rows}{known}}}'
    assert Phrasebook.parse(rewritten(text, numbers(1.6), fitted)).diction == fitted


def test_what_would_be_no_phrasebook_is_refused_by_name():
    text = BOOK + "# " + "x" * (LARGEST_BYTES - len(BOOK.encode()) - 20) + "\n"
    with pytest.raises(NotRewrittenError, match="longer than 1000000 bytes"):
        rewritten(text, numbers(1.6, 2.0), FITTED)


def test_word_classes_stay_as_they_are_written():
    words = 'words:\n  give: [交, "给"]  # as said\n'
    text = words + BOOK.replace("[安全账户]", '["{give}到…账户"]')
    assert rewritten(text, numbers(1.6, 1.5)) == text.replace("weight: 2,", "weight: 1.5,")


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("place", ["before", "after"])
def test_every_way_of_writing_the_model_takes_new_numbers(name, place):
    text = MODELS[name] + BOOK if place == "before" else BOOK + MODELS[name]
    model = Phrasebook.parse(text).model.model_dump() | {"prior": -6.25, "combination": (1.0, 2.5, 7.0)}
    wanted = numbers(1.6, 2.11, **model)
    assert judged_by(rewritten(text, wanted)) == wanted


@pytest.mark.parametrize("name", [*MODELS, *DICTIONS])
@pytest.mark.parametrize("fitted", [FITTED, NO_DICTION], ids=["fitted", "none fitted"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_every_comment_stays(name, fitted, place):
    part = (MODELS | DICTIONS)[name]
    text = part + BOOK if place == "before" else BOOK + part
    comments = [line[line.index("#") :] for line in text.splitlines() if "#" in line]
    wanted = numbers(0.5, 0.6, prior=-7.0, half_life_minutes=20 if "else" in name else 15)
    after = rewritten(text, wanted, fitted)
    assert [line[line.index("#") :] for line in after.splitlines() if "#" in line] == comments


def test_line_ends_stay():
    text = BOOK.replace("\n", "\r\n")
    assert rewritten(text, numbers(1.73, 2.0)) == text.replace("1.60  # by", "1.73  # by")


def test_what_is_added_has_the_line_ends_of_the_rest():
    text = rewritten(BOOK.replace("\n", "\r\n"), numbers(1.6, 2.0, prior=-7.0), FITTED)
    assert text.count("\n") == text.count("\r\n") == text.count("\r")


def test_the_shipped_phrasebook_takes_any_numbers():
    before = judged_by(shipped_text())
    weights = tuple(weight / 2 + place % 3 / 10 for place, weight in enumerate(before.weights))
    wanted = RiskNumbers(
        tuple(round(weight, 2) for weight in weights), before.model.model_copy(update={"prior": -6.66})
    )
    assert judged_by(rewritten(shipped_text(), wanted)) == wanted
