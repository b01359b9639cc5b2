"""What one phrasebook says otherwise than another."""

from __future__ import annotations

import pytest

from screening.phrasebook import Phrasebook
from screening.phrasebook_diff import difference
from tests.fixtures.phrasebooks import HEAVIER, LONGER, ORIGINAL, WORDED

pytestmark = pytest.mark.unit


def lines(before: str, after: str) -> tuple[str, ...]:
    return difference(Phrasebook.parse(before), Phrasebook.parse(after)).lines


def test_the_same_text_differs_in_nothing():
    assert lines(ORIGINAL, ORIGINAL) == ()


def test_a_phrase_more_is_added():
    assert lines(ORIGINAL, LONGER) == ("+ any.ask.gold (any, ask, caller, 2): 买成金条",)


def test_a_phrase_less_is_removed():
    assert lines(LONGER, ORIGINAL) == ("- any.ask.gold (any, ask, caller, 2): 买成金条",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("1.5", "2", "weight 1.5 -> 2"),
        ("type: police, ", "", "type police -> none"),
        ("hook,", "ask,", "stage hook -> ask"),
        ("hook,", "hook, speaker: any,", "speaker caller -> any"),
        ("hook,", "hook, since: 2026-03-01,", "since none -> 2026-03-01"),
        ("hook,", "hook, source: 警情通报,", "source none -> 警情通报"),
        ("[涉嫌洗钱]", "[涉嫌洗钱, 涉嫌贩毒]", "+涉嫌贩毒"),
        ("[涉嫌洗钱]", "[涉嫌贩毒]", "+涉嫌贩毒, -涉嫌洗钱"),
    ],
)
def test_a_changed_phrase_tells_what_was_and_what_is(old, new, told):
    assert lines(ORIGINAL, ORIGINAL.replace(old, new)) == (f"~ police.hook.case: {told}",)


def test_the_order_of_phrases_is_no_difference():
    head, first, second = LONGER.partition("- {id: police")[0], *LONGER.splitlines(keepends=True)[2:]
    assert lines(LONGER, head + second + first) == ()


def test_a_comment_is_no_difference():
    assert lines(ORIGINAL, "# new\n" + ORIGINAL) == ()


def test_another_risk_model_is_told_by_its_values():
    before = ORIGINAL + "model: {prior: -7, stage_limits: {hook: 2}, combination: [1, 2, 2]}\n"
    after = ORIGINAL + "model: {prior: -6, stage_limits: {hook: 2.5}, combination: [1, 2, 3]}\n"
    assert lines(before, after) == (
        "~ model: prior -7 -> -6",
        "~ model: stage_limits.hook 2 -> 2.5",
        "~ model: combination [1, 2, 2] -> [1, 2, 3]",
    )


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (WORDED, WORDED.replace("贩毒", "走私, 贩枪"), ("~ words: crime: +走私, +贩枪, -贩毒",)),
        (WORDED, WORDED.replace("洗钱, 贩毒", "贩毒, 洗钱"), ()),
        (
            ORIGINAL,
            WORDED,
            (
                "~ police.hook.case: +涉嫌{crime}, +{crime}…案子, -涉嫌洗钱",
                "~ words: crime: +洗钱, +贩毒",
                "~ diction: caller: 3 added, 0 removed, 0 changed",
                "~ diction: resident: 1 added, 0 removed, 0 changed",
            ),
        ),
    ],
)
def test_changed_word_classes_tell_their_words_and_diction_its_numbers(before, after, told):
    assert lines(before, after) == told


def test_a_longer_list_of_wordings_names_only_those_that_are_new():
    change = difference(
        Phrasebook.parse(ORIGINAL), Phrasebook.parse(ORIGINAL.replace("洗钱]", "洗钱, 涉案账户]"))
    ).changed[0]
    assert (change.wordings_added, change.wordings_removed) == (("涉案账户",), ())


def test_a_change_of_everything_names_no_phrase_twice():
    diff = difference(Phrasebook.parse(HEAVIER), Phrasebook.parse(LONGER))
    assert [change.id for change in diff.changed] == ["police.hook.case"]


def test_fitted_diction_is_told_by_numbers_of_pieces():
    before, after = (
        ORIGINAL + f"diction: {{caller: {rows}}}\n" for rows in ("{1: 垫 上, 2: 先}", "{1: 垫 下 左, 3: 先}")
    )
    assert lines(before, after) == ("~ diction: caller: 2 added, 1 removed, 1 changed",)
