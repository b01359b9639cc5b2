"""The Chinese words for phrases: each code has one, faults name what they lie in."""

from __future__ import annotations

import pytest

from api.console.phrase_wording import CONTEXT, FAULT_KIND, SPEAKERS, fault_in_chinese, type_in_chinese
from contracts.evidence import Context
from contracts.taxonomy import ScamType
from screening.phrase import Speakers
from screening.phrasebook import Phrasebook
from screening.phrasebook_fault import BadPhrasebookError, FaultKind
from tests.fixtures.phrasebooks import LONGER, ORIGINAL

pytestmark = pytest.mark.unit


def told(text: str) -> list[str]:
    with pytest.raises(BadPhrasebookError) as caught:
        Phrasebook.parse(text)
    return [fault_in_chinese(fault) for fault in caught.value.faults]


def test_every_kind_of_fault_has_words() -> None:
    assert set(FAULT_KIND) == set(FaultKind)


def test_every_speaker_and_context_has_words() -> None:
    assert (set(SPEAKERS), set(CONTEXT)) == (set(Speakers), set(Context))


def test_a_phrase_of_no_type_is_told_so() -> None:
    assert (type_in_chinese(None), type_in_chinese(ScamType.POLICE)) == ("不限类型", "冒充公检法")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ORIGINAL.replace("hook,", "hock,"), "police.hook.case “阶段”：没有这个阶段"),
        (ORIGINAL.replace("涉嫌洗钱", '"涉嫌{crime}"'), "police.hook.case “涉嫌{crime}”：没有这个词组"),
        ("words: {crime: [洗钱]}\n" + ORIGINAL, "“crime”：没有说法用到这个词组"),
        (ORIGINAL.replace("1.5", "9"), "police.hook.case “权重”：权重须是大于 0、不超过 5 的数字"),
        (ORIGINAL.replace("涉嫌洗钱", "钱"), "police.hook.case “钱”：说法太短"),
        (ORIGINAL.replace("涉嫌洗钱", "…涉嫌洗钱"), "police.hook.case “…涉嫌洗钱”：空位 … 的前后都要有文字"),
        (ORIGINAL.replace(", weight: 1.5", ""), "police.hook.case “权重”：缺少必填项"),
        (LONGER.replace("any.ask.gold", "police.hook.case"), "police.hook.case：编号与另一条话术相同"),
        (ORIGINAL + "phrases: []\n", "“phrases”：同一项写了两次"),
        (ORIGINAL + "colour: red\n", "“colour”：不认识的项"),
        (ORIGINAL + "diction: {caller: {1: 先垫上}}\n", "“整体措辞”：措辞片段须是"),
        (ORIGINAL + "diction: {caller: {99: 垫}}\n", "“整体措辞”：填写的内容不正确"),
        (ORIGINAL + "diction: {caller: {1: 垫 垫}}\n", "“整体措辞”：同一说话人的措辞片段写了两次"),
        (ORIGINAL + "diction: {operator: {1: 垫}}\n", "“整体措辞”：不认识的项"),
        (ORIGINAL + "diction: [垫]\n", "“整体措辞”：结构不正确"),
        ("version: 1\n", "“phrases”：缺少必填项"),
        ("\ufeff" + ORIGINAL, "内容以字节顺序标记（U+FEFF）开头"),
        ("version: [", "YAML 格式不正确"),
    ],
)
def test_a_fault_names_what_it_lies_in(text: str, words: str) -> None:
    assert told(text)[0].startswith(words)
