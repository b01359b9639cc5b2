"""The Chinese words of the console for phrases, phrasebooks and what can be wrong with them."""

from __future__ import annotations

import re

from contracts.evidence import Context
from contracts.taxonomy import ScamType
from screening.phrase import Speakers
from screening.phrasebook_fault import Fault, FaultKind
from screening.wording_check import LONGEST_FOUND

ANY_TYPE = "不限类型"
SPEAKERS = {Speakers.CALLER: "来电方", Speakers.RESIDENT: "居民", Speakers.ANY: "双方"}
CONTEXT = {Context.PLAIN: "", Context.DENIED: "属于否定", Context.QUOTED: "属于转述"}
VALUE_NAME = {
    "id": "编号",
    "wordings": "说法",
    "type": "类型",
    "stage": "阶段",
    "speaker": "说话人",
    "weight": "权重",
    "since": "起始日期",
    "source": "来源",
    "note": "备注",
    "diction": "整体措辞",
}
FAULT_KIND = {
    FaultKind.YAML: "YAML 格式不正确，请检查缩进、引号和括号；不使用锚点（&）和别名（*）",
    FaultKind.BYTE_ORDER_MARK: "内容以字节顺序标记（U+FEFF）开头，请删去，或另存为无 BOM 的 UTF-8",
    FaultKind.TOO_LARGE: "内容过多，请删去不用的话术、词或措辞片段",
    FaultKind.SHAPE: "结构不正确：列表、映射或文字的位置不对",
    FaultKind.MISSING_KEY: "缺少必填项",
    FaultKind.UNKNOWN_KEY: "不认识的项，请删除或改正拼写",
    FaultKind.REPEATED_KEY: "同一项写了两次",
    FaultKind.REPEATED_ID: "编号与另一条话术相同，请换一个",
    FaultKind.UNKNOWN_STAGE: "没有这个阶段，请填写 approach、hook、isolation、ask 或 protective",
    FaultKind.UNKNOWN_TYPE: f"没有这个诈骗类型，请填写 {'、'.join(ScamType)}",
    FaultKind.UNKNOWN_SPEAKER: "没有这个说话人，请填写 caller、resident 或 any",
    FaultKind.BAD_WEIGHT: "权重须是大于 0、不超过 5 的数字",
    FaultKind.BAD_DATE: "日期不正确，请写成 2026-03-01",
    FaultKind.BAD_VALUE: "填写的内容不正确",
    FaultKind.SHORT_WORDING: "说法太短，除语气词和标点外至少两个字",
    FaultKind.LONG_WORDING: f"说法太长：两个 … 之间最多 24 个字，连同词组里最长的词最多 {LONGEST_FOUND} 个字",
    FaultKind.OPEN_SLOT: "空位 … 的前后都要有文字",
    FaultKind.DOUBLE_SLOT: "两个空位 … 相连，请只写一个",
    FaultKind.REPEATED_WORDING: "说法重复：同一类型、同一说话人的话术中已有",
    FaultKind.UNKNOWN_CLASS: "没有这个词组；词组写成 {名称}，并在 words 中列出",
    FaultKind.EMPTY_CLASS: "词组里没有词，请补上或删去",
    FaultKind.UNUSED_CLASS: "没有说法用到这个词组，请检查拼写或删去",
    FaultKind.NESTED_CLASS: "词组最多嵌套一层，请把词直接写在这里",
    FaultKind.BAD_WORD: "词组里的词须有文字，不能只有语气词，也不能有 …、{ 或 }",
    FaultKind.LONG_WORD: "词组里的词太长，最多 12 个字",
    FaultKind.REPEATED_WORD: "词组里有重复的词",
    FaultKind.BAD_PIECE: "措辞片段须是规范化后的一两个字，或 ~ 加两三个字（按读音），不能是语气词或标点",
    FaultKind.REPEATED_PIECE: "同一说话人的措辞片段写了两次",
}
_PLACE = re.compile(r"(?:wording '(?P<wording>.*?)'|word class '(?P<words>.*?)'|(?P<key>[\w.]+)): ")
_GIVEN_TWICE = re.compile(
    r"(?P<key>\w+) is given twice|unknown key '(?P<unknown>.*?)'|; no (?P<missing>\w+)$"
)


def type_in_chinese(kind: ScamType | str | None) -> str:
    """Return a type's label; of None or an empty word the words for a phrase of any type."""
    return ScamType(kind).label if kind else ANY_TYPE


def fault_in_chinese(fault: Fault) -> str:
    """Return a fault in Chinese, with the wording or the key it lies in; the line is told beside it."""
    place = _PLACE.match(fault.problem) or _GIVEN_TWICE.search(fault.problem)
    named = next((word for word in place.groups() if word), "") if place else ""
    quoted = f"“{VALUE_NAME.get(named, named)}”" if named else ""
    about = " ".join(part for part in (fault.phrase, quoted) if part)
    return f"{about}：{FAULT_KIND[fault.kind]}" if about else FAULT_KIND[fault.kind]
