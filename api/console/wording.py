"""The Chinese words of the console for levels, outcomes, phases and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from casework.attempt import AttemptState
from casework.case import CaseStage
from casework.visit_order import VisitReason
from casework.warning import Phase
from contracts.evidence import Speaker, Stage
from contracts.node_api import NoteKind
from contracts.number_list import EntryKind
from contracts.outcome import Channel, Outcome
from contracts.taxonomy import RiskLevel, ScamType
from contracts.verdict import Action

_Word = TypeVar("_Word", bound=StrEnum)

LEVEL = {RiskLevel.NONE: "无", RiskLevel.LOW: "低", RiskLevel.MEDIUM: "中", RiskLevel.HIGH: "高"}
SPEAKER = {Speaker.CALLER: "来电方", Speaker.RESIDENT: "居民"}
STAGE = {
    Stage.APPROACH: "接近",
    Stage.HOOK: "引诱",
    Stage.ISOLATION: "隔离",
    Stage.ASK: "索取",
    Stage.PROTECTIVE: "正当迹象",
    Stage.DICTION: "整体措辞",
}
ACTION = {
    Action.PASS: "放行",
    Action.INDICATE: "标注后放行",
    Action.MONITOR: "监测",
    Action.DIVERT: "转接",
    Action.REJECT: "拒接来电",
}
ENTRY_KIND = {EntryKind.EXACT: "单个号码", EntryKind.PREFIX: "号段", EntryKind.RANGE: "区间"}
CHANNEL = {
    Channel.WHISPER: "通话中提示",
    Channel.VOICE: "语音预警",
    Channel.SMS: "短信",
    Channel.OFFICER: "民警电话",
}
PHASE = {
    Phase.WAITING_FOR_CALL_END: "等待通话结束",
    Phase.DUE: "待拨打",
    Phase.DIALLING: "拨打中",
    Phase.WAITING: "等待重拨",
    Phase.SUCCEEDED: "已劝阻",
    Phase.EXHAUSTED: "电话未劝阻",
}
OUTCOME = {
    Outcome.BUSY: "占线",
    Outcome.NO_ANSWER: "无人接听",
    Outcome.DECLINED: "拒接",
    Outcome.UNREACHABLE: "无法接通",
    Outcome.INVALID_NUMBER: "空号",
    Outcome.SUSPENDED: "停机",
    Outcome.FORWARDED: "被呼叫转移",
    Outcome.MACHINE: "语音信箱",
    Outcome.FAILED: "我方未能拨出",
    Outcome.INTERRUPTED: "中断，结果不明",
    Outcome.ACKNOWLEDGED: "按 1 确认",
    Outcome.WANTS_OFFICER: "按 2 要求民警",
    Outcome.PAID: "按 3 已转账",
    Outcome.HUNG_UP_EARLY: "提前挂断",
    Outcome.SILENT: "接听未按键",
    Outcome.REFUSES: "拒绝",
    Outcome.DENIES: "否认",
    Outcome.CLAIMS_BUSY: "称忙",
    Outcome.DISTRUSTS: "不信任",
}
ATTEMPT = {
    AttemptState.PLANNED: "待拨打",
    AttemptState.DIALLING: "拨打中",
    AttemptState.ENDED: "已结束",
    AttemptState.INTERRUPTED: "中断",
    AttemptState.WITHDRAWN: "已取消",
}
VISIT = {
    VisitReason.POLICY: "按等级或诈骗类型直接上门",
    VisitReason.NOT_REACHED: "限时内未劝阻成功",
    VisitReason.WANTS_OFFICER: "居民要求民警",
    VisitReason.PAID: "居民称已转账",
}
NOTE = {
    NoteKind.WHISPER_STARTED: "开始向居民播放提示",
    NoteKind.WHISPER_ENDED: "提示播放结束",
    NoteKind.CALLER_HUNG_UP: "按策略挂断来电方",
    NoteKind.LISTENING_LOST: "识别中断",
    NoteKind.LISTENING_RESUMED: "识别恢复",
    NoteKind.LISTENING_REFUSED: "识别容量已满",
    NoteKind.LISTENING_SHED: "识别容量不足，已让位",
}
MOMENT = {
    "call_started": "来电接入",
    "call_answered": "居民接听",
    "call_ended": "通话结束",
    "call_noted": "通话中",
    "alert_raised": "发现涉诈话术",
    "alert_rose": "风险升高",
    "transcript_added": "补充通话文字",
    "case_opened": "案件开立",
    "case_changed": "案件变更",
    "case_closed": "结案",
    "stage_entered": "进入阶段",
    "warning_opened": "预警建立",
    "attempt_planned": "计划拨打预警电话",
    "attempt_leased": "节点领取拨打",
    "attempt_dialled": "拨出预警电话",
    "attempt_answered": "预警电话接通",
    "attempt_ended": "预警电话结束",
    "attempt_interrupted": "拨打中断",
    "visit_ordered": "下达上门指令",
    "visit_met": "已见面",
    "command_ordered": "操作员下令",
    "event_ignored": "忽略迟到的报告",
}
CAUSE = {
    "caller": "来电方挂断",
    "resident": "居民挂断",
    "policy": "按策略挂断",
    "operator": "操作员挂断",
    "worker_lost": "话务进程中断",
    "not_delivered": "未能接通",
}
"""Causes of a call's end, as contracts.node_api names them."""


def detail(kind: str, word: str) -> str:
    """Return the Chinese for a stable word of a timeline; the word itself where there is none.

    `kind` decides: a visit ordered by policy is not a call ended by policy.
    """
    return _DETAIL.get(kind, {}).get(word, word)


def _by_value(table: Mapping[_Word, str]) -> dict[str, str]:
    return {code.value: name for code, name in table.items()}


_LEVELS = {level.word: f"等级{name}" for level, name in LEVEL.items()}
_DETAIL: dict[str, dict[str, str]] = {
    "call_started": _by_value(ACTION),
    "call_ended": CAUSE,
    "call_noted": _by_value(NOTE),
    "alert_raised": _LEVELS,
    "case_opened": _LEVELS,
    "warning_opened": {scam.value: scam.label for scam in ScamType},
    "stage_entered": {stage.value: stage.label for stage in CaseStage},
    "attempt_planned": _by_value(CHANNEL),
    "attempt_ended": _by_value(OUTCOME),
    "visit_ordered": _by_value(VISIT),
}
