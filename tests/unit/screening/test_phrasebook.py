"""Reading the phrasebook."""

from __future__ import annotations

import pytest

from contracts.errors import BadInputError
from contracts.evidence import Stage
from contracts.taxonomy import ScamType
from screening.phrase import Speakers
from screening.phrasebook import BadPhrasebookError, Phrasebook

pytestmark = pytest.mark.unit

GOOD = """\
version: "3"
phrases:
- id: police.hook.case
  wordings: [涉嫌洗钱]
  type: police
  stage: hook
  weight: 1.5
"""


def test_a_phrase_is_read_with_all_its_fields():
    (phrase,) = Phrasebook.parse(GOOD).phrases
    assert (phrase.type, phrase.stage, phrase.speaker) == (ScamType.POLICE, Stage.HOOK, Speakers.CALLER)


def test_the_version_is_kept():
    assert Phrasebook.parse(GOOD).version == "3"


def test_the_shipped_phrasebook_knows_every_scam_type(shipped):
    assert {phrase.type for phrase in shipped.phrases} >= set(ScamType)


@pytest.mark.parametrize("scam_type", list(ScamType))
def test_the_shipped_phrasebook_knows_an_ask_and_a_hook_or_approach_of_each_type(shipped, scam_type):
    stages = {phrase.stage for phrase in shipped.phrases if phrase.type in {scam_type, None}}
    own = {phrase.stage for phrase in shipped.phrases if phrase.type is scam_type}
    assert Stage.ASK in stages
    assert own & {Stage.HOOK, Stage.APPROACH}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (GOOD.replace("hook\n", "hook: [\n"), 6, "YAML"),
        ("- a\n- b\n", 1, "version and phrases"),
        ("version: 1\n", 1, "version and phrases"),
        ("version: 1\nphrases: []\n", 2, "at least one phrase"),
        ("version: 1\nphrases:\n- word\n", 3, "mapping"),
        (GOOD.replace("weight: 1.5", "weight: heavy"), 7, "weight"),
        (GOOD.replace("weight: 1.5", "weight: .nan"), 7, "weight"),
        (GOOD.replace("weight: 1.5", "weight: 9"), 7, "weight"),
        (GOOD.replace("type: police", "type: pirates"), 5, "type"),
        (GOOD.replace("type: police", "tpye: police"), 5, "tpye"),
        (GOOD.replace("  weight: 1.5\n", ""), 3, "weight"),
        (GOOD.replace("[涉嫌洗钱]", "[涉]"), 4, "at least 2 characters"),
        (GOOD.replace("[涉嫌洗钱]", "[涉嫌…]"), 4, "each side of a slot"),
        (GOOD.replace("[涉嫌洗钱]", "[[涉嫌]]"), 4, "plain text"),
        (GOOD.replace("[涉嫌洗钱]", "[]"), 4, "wordings"),
        (GOOD.replace("  stage: hook", "  stage: hook\n  stage: ask"), 7, "given twice"),
        (GOOD + GOOD.split("phrases:\n")[1], 8, "in line 3 already"),
        (GOOD + "\x00", 1, "YAML"),
        ("[" * 5_000, 1, "YAML"),
        ("#" * 2_000_001, 1, "longer"),
    ],
)
def test_a_phrasebook_that_cannot_be_used_is_refused_by_its_line(text, line, problem):
    with pytest.raises(BadPhrasebookError, match=f"line {line}: .*{problem}"):
        Phrasebook.parse(text)


def test_a_bad_phrasebook_is_bad_input():
    assert issubclass(BadPhrasebookError, BadInputError)
