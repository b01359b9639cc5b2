"""What a network says instead of ringing, and what that means for an attempt."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from contracts.outcome import Outcome
from screening.normalise import normalise
from screening.syllables import to_syllables


class Announcement(StrEnum):
    """What Chinese networks announce in early media (R30: not reached for a reason is not merely unanswered).

    Where several are found in one text, the one that stands first here is meant: what is wrong with a number
    or a line says more than where the call is sent because of it.
    """

    OUR_LINE = "our_line"
    """The trunk's own number is barred or in arrears, or the number needs a zero in front."""
    CONGESTION = "congestion"
    NOT_IN_SERVICE = "not_in_service"
    """空号, or a number that was given up for another."""
    SUSPENDED = "suspended"
    """停机"""
    POWERED_OFF = "powered_off"
    """关机"""
    CALL_WAITING = "call_waiting"
    """In a call, but the telephone tells the subscriber of ours: the resident may still take it."""
    IN_A_CALL = "in_a_call"
    FORWARDED = "forwarded"
    MAILBOX = "mailbox"
    NO_ANSWER = "no_answer"
    OUT_OF_REACH = "out_of_reach"
    """No coverage, or incoming calls barred; comes last, because 无法接听 is heard as 无法接通."""

    @property
    def outcome(self) -> Outcome:
        """How an attempt ends that is not answered after this."""
        return _OUTCOMES[self]

    @property
    def ends_attempt(self) -> bool:
        """Nobody will answer after it who is to be warned: ringing on would only hold the line."""
        return self is not Announcement.CALL_WAITING


_OUTCOMES: Mapping[Announcement, Outcome] = {
    Announcement.OUR_LINE: Outcome.FAILED,
    Announcement.CONGESTION: Outcome.FAILED,
    Announcement.NOT_IN_SERVICE: Outcome.INVALID_NUMBER,
    Announcement.SUSPENDED: Outcome.SUSPENDED,
    Announcement.POWERED_OFF: Outcome.UNREACHABLE,
    Announcement.CALL_WAITING: Outcome.BUSY,
    Announcement.IN_A_CALL: Outcome.BUSY,
    # As a 302 does: who would answer may not be the resident, and a victim's line is often forwarded.
    Announcement.FORWARDED: Outcome.FORWARDED,
    Announcement.MAILBOX: Outcome.MACHINE,
    Announcement.NO_ANSWER: Outcome.NO_ANSWER,
    Announcement.OUT_OF_REACH: Outcome.UNREACHABLE,
}

# Early media often begins within the sentence: no wording needs its opening (您拨打的用户). Wordings are
# parted by spaces; the parts beside an ellipsis may stand anywhere. Ringing tones that companies record for
# themselves end with 正在为您转接, 线路忙请稍候, 正在接通您的电话: only 转移 is a network's word, a network
# whose line is busy says 再拨, and 法接通您的电话 is 无法接听您的电话, as the model writes it.
_WORDINGS: Mapping[Announcement, str] = {
    Announcement.OUR_LINE: "您的电话已欠费 您的电话已停机 您的号码已停机 本机已欠费 本机已停机 加拨零",
    Announcement.CONGESTION: "网络忙 网络正忙 网络繁忙 线路忙…再拨 线路正忙…再拨 线路繁忙…再拨",
    Announcement.NOT_IN_SERVICE: "是空号 为空号 空号请 号码不存在 号码有误 号码不正确 号码已更改 已改号",
    Announcement.SUSPENDED: "已停机 欠费停机 暂停服务 停止服务",
    Announcement.POWERED_OFF: "已关机 关机请稍后 电话关机 用户关机 手机关机",
    Announcement.CALL_WAITING: "请不要挂…通话 请勿挂…通话 请别挂…通话 请稍等…通话",
    Announcement.IN_A_CALL: "正在通话 用户正忙 用户忙 电话正忙 电话占线",
    Announcement.FORWARDED: "呼叫转移 正在转移 正在被转移 转移中 转移到",
    Announcement.MAILBOX: "语音信箱 语音邮箱 声后留言 音后留言 请留言 给我留言 智能助理 来电助理",
    Announcement.NO_ANSWER: "无人接听 没有人接听 无法接听 法接通您的电话 不方便接听 无人应答 没有应答",
    Announcement.OUT_OF_REACH: "无法接通 不能接通 不在服务区 呼入限制 限制呼入 来电防火墙",
}


def announcement_in(text: str) -> Announcement | None:
    """Return what is announced in recognised text, or None: ringing, music, a language not understood.

    Wordings are looked for by their syllables, since the model writes homophones (以关机 for 已关机).
    """
    heard = to_syllables(normalise(text).text)
    return next((each for each, wordings in _syllables().items() if _any_in(wordings, heard)), None)


@cache
def _syllables() -> Mapping[Announcement, tuple[tuple[str, ...], ...]]:
    """Return the wordings by precedence, each as the syllables of its parts."""
    return {
        each: tuple(tuple(map(to_syllables, wording.split("…"))) for wording in _WORDINGS[each].split())
        for each in Announcement
    }


def _any_in(wordings: tuple[tuple[str, ...], ...], heard: str) -> bool:
    return any(all(part in heard for part in wording) for wording in wordings)
