"""Reasons of the number lists in Chinese."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from api.console.list_wording import fault_in_chinese
from api.console.reason_wording import REASON, reason_in_chinese
from blacklists.pattern import BadPatternError, parse_pattern
from blacklists.reason import ENGLISH, Reason, Why
from contracts.number_list import EntryKind

pytestmark = pytest.mark.unit


def parts_of(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


@pytest.mark.parametrize("why", Why)
def test_both_languages_tell_the_same_parts(why: Why):
    assert parts_of(REASON[why]) == parts_of(ENGLISH[why])


@pytest.mark.parametrize("why", set(Why) - {Why.PLAIN})
def test_every_reason_is_written_in_chinese(why: Why):
    assert re.search("[一-鿿]", REASON[why])


def test_parts_that_are_words_are_in_chinese_too():
    parts = {"kind": "prefix", "pattern": "+86170", "other_kind": "range", "other_pattern": "A", "line": 3}
    assert reason_in_chinese(Reason(Why.LIES_WITHIN, parts)).startswith(
        "号段 +86170 位于第 3 行的区间 A 之内"
    )


def test_words_kept_without_a_code_stay_as_they_were_written():
    assert reason_in_chinese(Reason(Why.PLAIN, {"text": "same as line 2"})) == "same as line 2"


def test_a_bad_number_in_a_form_is_explained_in_chinese():
    with pytest.raises(BadPatternError) as refused:
        parse_pattern("12", EntryKind.EXACT)
    assert fault_in_chinese(refused.value) == "号码写法不正确：'12' 不是号码，请填写完整号码或短号码"
