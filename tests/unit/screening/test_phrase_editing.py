"""One phrase written into a phrasebook's text: comments, order and other phrases stay."""

from __future__ import annotations

from textwrap import indent

import pytest

from screening.phrase_editing import UnknownPhraseError, with_new_phrase, with_phrase
from screening.phrasebook import Phrasebook, shipped_text
from tests.fixtures.phrasebooks import ORIGINAL

pytestmark = pytest.mark.unit

BLOCK = """\
version: "1"
phrases:
# of the police
- id: one
  wordings: [涉嫌洗钱,
    安全账户]
  stage: hook
  weight: 1.5
# the other
- id: two
  wordings: [转账]
  stage: ask
  weight: 2
"""
HEAD = BLOCK.index("# of")
INDENTED = BLOCK[:HEAD] + indent(BLOCK[HEAD:], "  ")
FIELDS = {"id": "one", "wordings": ["洗黑钱", "转到…账户"], "stage": "ask", "weight": "2.5", "note": ""}


def test_a_phrase_of_a_block_is_written_anew_between_its_comments() -> None:
    assert with_phrase(BLOCK, "one", FIELDS) == BLOCK.replace(
        "  wordings: [涉嫌洗钱,\n    安全账户]\n  stage: hook\n  weight: 1.5\n",
        "  wordings: [洗黑钱, 转到…账户]\n  stage: ask\n  weight: 2.5\n",
    )


def test_the_last_phrase_keeps_the_end_of_the_file() -> None:
    assert with_phrase(BLOCK, "two", FIELDS | {"id": "two"}).endswith("  weight: 2.5\n")


def test_a_phrase_in_braces_stays_in_braces() -> None:
    text = with_phrase(ORIGINAL, "police.hook.case", FIELDS)
    assert text.endswith("- {id: one, wordings: [洗黑钱, 转到…账户], stage: ask, weight: 2.5}\n")


@pytest.mark.parametrize("text", [BLOCK, ORIGINAL, INDENTED])
def test_a_new_phrase_stands_behind_the_others(text: str) -> None:
    written = with_new_phrase(text, FIELDS | {"id": "new"})
    assert [phrase.id for phrase in Phrasebook.parse(written).phrases][-1] == "new"


@pytest.mark.parametrize("end", ["\n", "\r\n", "", "\n# the end\n"])
@pytest.mark.parametrize("text", [BLOCK, ORIGINAL])
def test_the_comment_behind_the_last_phrase_stays_with_it(text: str, end: str) -> None:
    last = text.rstrip() + "  # since May"
    written = with_new_phrase(last + end, FIELDS | {"id": "new"})
    assert written.startswith(last + "\n- id: new\n")


def test_a_new_phrase_stands_behind_a_last_one_that_ends_in_a_text_of_lines() -> None:
    folded = BLOCK.replace("weight: 2\n", "weight: 2\n  note: |\n    two\n    lines\n")
    written = with_new_phrase(folded + "model: {}\n", FIELDS | {"id": "new"})
    assert [phrase.id for phrase in Phrasebook.parse(written).phrases] == ["one", "two", "new"]


def test_a_phrase_that_ends_in_a_text_of_lines_is_written_anew() -> None:
    folded = BLOCK.replace("weight: 1.5\n", "weight: 1.5\n  note: >\n    two\n    lines\n\n")
    written = with_phrase(folded, "one", FIELDS)
    assert [phrase.id for phrase in Phrasebook.parse(written).phrases] == ["one", "two"]


@pytest.mark.parametrize(
    "note", ["a: b", "# none", "'", '"', "[x", "\\", "- x", "{", "100 %", "&a", "两\n行"]
)
def test_signs_that_mean_something_in_yaml_are_kept_as_they_are(note: str) -> None:
    text = with_phrase(ORIGINAL, "police.hook.case", FIELDS | {"note": note})
    assert Phrasebook.parse(text).phrases[0].note == note


def test_any_phrase_of_the_shipped_phrasebook_can_be_written_as_it_is() -> None:
    text = shipped_text()
    before = Phrasebook.parse(text)
    for phrase in before.phrases[::97]:
        fields = {name: str(value) for name, value in phrase.model_dump(mode="json").items() if value}
        text = with_phrase(text, phrase.id, fields | {"wordings": phrase.wordings})
    assert Phrasebook.parse(text) == before


def test_an_unknown_phrase_is_named() -> None:
    with pytest.raises(UnknownPhraseError, match="'three'"):
        with_phrase(BLOCK, "three", FIELDS)
