"""Reading the phrasebook."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.errors import BadInputError
from contracts.evidence import Stage
from contracts.taxonomy import ScamType
from screening.phrase import Speakers
from screening.phrasebook import Phrasebook
from screening.phrasebook_fault import BadPhrasebookError, FaultKind
from screening.risk_model import RiskModel

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
SECOND = """\
- id: police.ask.b
  wordings: [转入公账]
  type: police
  stage: ask
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
    ("text", "line", "kind", "problem"),
    [
        (GOOD.replace("hook\n", "hook: [\n"), 6, "yaml", "YAML"),
        ("- a\n- b\n", 1, "shape", "version and phrases"),
        ("version: 1\n", 1, "missing_key", "no phrases"),
        ("version: 1\nphrases: []\n", 2, "shape", "at least one phrase"),
        ("version: 1\nphrases:\n- word\n", 3, "shape", "mapping"),
        (GOOD.replace("phrases:", "verbs: 1\nphrases:"), 2, "unknown_key", "verbs"),
        (GOOD.replace("phrases:", "version: 4\nphrases:"), 2, "repeated_key", "version"),
        (GOOD.replace('"3"', "[3]"), 1, "bad_value", "version"),
        (GOOD.replace("weight: 1.5", "weight: heavy"), 7, "bad_weight", "weight"),
        (GOOD.replace("weight: 1.5", "weight: .nan"), 7, "bad_weight", "weight"),
        (GOOD.replace("weight: 1.5", "weight: 9"), 7, "bad_weight", "weight"),
        (GOOD.replace("weight: 1.5", "weight: 0"), 7, "bad_weight", "weight"),
        (GOOD.replace("type: police", "type: pirates"), 5, "unknown_type", "police"),
        (GOOD.replace("stage: hook", "stage: line"), 6, "unknown_stage", "approach"),
        (GOOD.replace("stage: hook", "stage: hook\n  speaker: bank"), 7, "unknown_speaker", "resident"),
        (GOOD.replace("type: police", "tpye: police"), 5, "unknown_key", "tpye"),
        (GOOD.replace("type: police", "since: 2026-02-30"), 5, "bad_date", "since"),
        (GOOD.replace("type: police", "since: 1714521600"), 5, "bad_date", "2026-03-01"),
        (GOOD.replace("  weight: 1.5\n", ""), 3, "missing_key", "weight"),
        (GOOD.replace("[涉嫌洗钱]", "[涉]"), 4, "short_wording", "at least 2 characters"),
        (GOOD.replace("[涉嫌洗钱]", "[嗯…嗯]"), 4, "short_wording", "at least 2 characters"),
        (GOOD.replace("[涉嫌洗钱]", "[涉嫌…]"), 4, "open_slot", "each side"),
        (GOOD.replace("[涉嫌洗钱]", "[…涉嫌]"), 4, "open_slot", "each side"),
        (GOOD.replace("[涉嫌洗钱]", "[涉嫌……洗钱]"), 4, "double_slot", "side by side"),
        (GOOD.replace("[涉嫌洗钱]", f"[{'涉嫌洗钱' * 7}]"), 4, "long_wording", "24"),
        (GOOD.replace("[涉嫌洗钱]", "[涉嫌洗钱, 涉嫌洗錢]"), 4, "repeated_wording", "police.hook.case"),
        (GOOD.replace("[涉嫌洗钱]", "[[涉嫌]]"), 4, "bad_value", "wordings.0"),
        (GOOD.replace("[涉嫌洗钱]", "[]"), 4, "bad_value", "wordings"),
        (GOOD.replace("  stage: hook", "  stage: hook\n  stage: ask"), 7, "repeated_key", "given twice"),
        (GOOD + SECOND.replace("ask.b", "hook.case"), 8, "repeated_id", "in line 3 already"),
        (GOOD + SECOND.replace("转入公账", "涉嫌洗钱"), 9, "repeated_wording", "police.hook.case"),
        (GOOD + "model: {prior: high}\n", 8, "bad_value", "prior"),
        (GOOD + "model:\n  stage_limits:\n    hook: -1\n", 10, "bad_value", "hook"),
        (GOOD + "model:\n  prior: -1\n", 9, "bad_value", "one stage alone"),
        (GOOD + "model:\n  priro: -1\n", 9, "unknown_key", "priro"),
        (GOOD + "model:\n  prior: -6\n  prior: -7\n", 10, "repeated_key", "prior"),
        (GOOD + "\x00", 8, "yaml", "U\\+0000"),
        (GOOD + "\ud800", 8, "yaml", "U\\+D800"),
        (GOOD.replace("police\n", "&p police\n"), 5, "yaml", "anchors"),
        (GOOD.replace("[涉嫌洗钱]", "*p"), 4, "yaml", "aliases"),
        ("[" * 500_000, 1, "yaml", "deep"),
        ("\ufeff" + GOOD, 1, "byte_order_mark", "U\\+FEFF"),
        ("#" * 1_000_001, 1, "too_large", "longer"),
        ("version: 1\nphrases: [" + "a, " * 2_000 + "a]\n", 2, "too_large", "2000 phrases"),
    ],
)
def test_a_phrasebook_that_cannot_be_used_is_refused_by_line_and_name(text, line, kind, problem):
    with pytest.raises(BadPhrasebookError, match=f"line {line}: .*{problem}") as refused:
        Phrasebook.parse(text)
    assert kind in {fault.kind for fault in refused.value.faults}


WORDS = """\
words:
  tell: [告诉, 跟他讲]
  family: [家里人, "{child}"]
  child: [孩子, 娃]
"""
WITH_WORDS = WORDS + GOOD.replace("[涉嫌洗钱]", '["{tell}…{family}"]')


def test_words_of_a_class_are_read_with_those_of_the_class_among_them():
    classes = {each.name: each.written for each in Phrasebook.parse(WITH_WORDS).words}
    assert classes["family"] == ("家里人", "孩子", "娃")


def test_a_wording_that_could_be_found_in_more_characters_than_are_kept_is_refused():
    longer = WITH_WORDS.replace("告诉", "告诉" + "嗯" * 100).replace("…{family}", "{tell}…{tell}{family}")
    with pytest.raises(BadPhrasebookError, match="255") as refused:
        Phrasebook.parse(longer)
    assert {fault.kind for fault in refused.value.faults} == {FaultKind.LONG_WORDING}


def test_a_phrasebook_without_words_has_no_classes():
    assert Phrasebook.parse(GOOD).words == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "kind", "problem"),
    [
        ("{tell}…", "{told}…", 8, "unknown_class", "{told}"),
        ("{tell}…", "{tell…", 8, "unknown_class", "braces"),
        ("{tell}…", "{}…", 8, "unknown_class", "{}"),
        ('"{child}"', '"{chidl}"', 3, "unknown_class", "{chidl}"),
        ("[告诉, 跟他讲]", "[]", 2, "empty_class", "'tell'"),
        ("[告诉, 跟他讲]", "告诉", 2, "shape", "list of words"),
        ("[告诉, 跟他讲]", "[告诉, {child}]", 2, "shape", '"{name}"'),
        ("[告诉, 跟他讲]", "[告诉, 嗯]", 2, "bad_word", "嗯"),
        ("[告诉, 跟他讲]", "[告诉, 跟…讲]", 2, "bad_word", "跟…讲"),
        ("[告诉, 跟他讲]", '[告诉, "跟{child}讲"]', 2, "bad_word", "跟{child}讲"),
        ("[告诉, 跟他讲]", f"[{'告诉' * 7}]", 2, "long_word", "12"),
        ("[告诉, 跟他讲]", "[告诉, 告訴]", 2, "repeated_word", "告訴"),
        ("孩子, 娃]", '孩子, "{tell}"]', 3, "nested_class", "{child}"),
        ("孩子, 娃]", '孩子, "{child}"]', 4, "nested_class", "{child}"),
        ("  tell:", "  other: [别人]\n  tell:", 2, "unused_class", "'other'"),
        ("  tell:", "  告诉: [别人]\n  tell:", 2, "bad_value", "a-z"),
        ("  tell:", "  '': [别人]\n  tell:", 2, "bad_value", "a-z"),
        ("{tell}…{family}", "{child}", 8, "short_wording", "whichever word"),
        ("{tell}…{family}", "{tell}}…{family}", 8, "unknown_class", "close its braces"),
        ("{tell}…{family}", "{{tell}…{family}", 8, "unknown_class", "close its braces"),
        (WORDS, "words: [告诉]\n", 1, "shape", "mapping"),
    ],
)
def test_word_classes_that_cannot_be_used_are_refused_by_line_and_name(old, new, line, kind, problem):
    with pytest.raises(BadPhrasebookError, match=f"line {line}: .*{problem}") as refused:
        Phrasebook.parse(WITH_WORDS.replace(old, new))
    assert kind in {fault.kind for fault in refused.value.faults}


def test_a_wording_may_stand_in_two_phrases_of_different_types():
    text = GOOD + SECOND.replace("转入公账", "涉嫌洗钱").replace("police\n", "loan\n")
    assert len(Phrasebook.parse(text).phrases) == 2


def test_all_faults_are_told_at_once_with_their_phrases():
    broken = (GOOD + SECOND).replace("weight: 1.5", "weight: 9").replace("stage: ask", "stage: end")
    with pytest.raises(BadPhrasebookError) as refused:
        Phrasebook.parse(broken)
    told = [(fault.line, fault.kind, fault.phrase) for fault in refused.value.faults]
    assert told == [
        (7, FaultKind.BAD_WEIGHT, "police.hook.case"),
        (11, FaultKind.UNKNOWN_STAGE, "police.ask.b"),
        (12, FaultKind.BAD_WEIGHT, "police.ask.b"),
    ]


def test_no_more_than_twenty_faults_are_told():
    rows = "".join(SECOND.replace(".b", f".b{n}") for n in range(24))
    with pytest.raises(BadPhrasebookError, match=r"and 3 more$") as refused:
        Phrasebook.parse(GOOD + rows)
    assert len(refused.value.faults) == 20


def test_a_phrase_tells_since_when_and_from_where():
    text = GOOD.replace("type: police", "since: 2026-03-01\n  source: 警情通报\n  note: 新话术")
    (phrase,) = Phrasebook.parse(text).phrases
    assert (phrase.since, phrase.source, phrase.note) == (date(2026, 3, 1), "警情通报", "新话术")


def test_a_phrasebook_without_a_model_has_the_usual_one():
    assert Phrasebook.parse(GOOD).model == RiskModel()


def test_a_phrasebook_may_bring_a_risk_model():
    text = GOOD + "model:\n  prior: -7.5\n  stage_limits: {hook: 3.0}\n  combination: [1, 2, 3]\n"
    model = Phrasebook.parse(text).model
    assert (model.prior, model.stage_limits.hook, model.combination) == (-7.5, 3.0, (1.0, 2.0, 3.0))


def test_a_bad_phrasebook_is_bad_input():
    assert issubclass(BadPhrasebookError, BadInputError)
