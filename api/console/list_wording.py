"""The Chinese words of the console for number lists, their rules and what is known of numbers."""

from __future__ import annotations

import re

from api.console.reason_wording import reason_in_chinese
from blacklists.reason import ReasonedError
from blacklists.reputation import ReportSource
from contracts.errors import ChangmaoError
from contracts.number_list import ListKind
from contracts.phone import NumberKind
from store.list_entry import ONE_ENTRY
from store.list_version import VersionState
from store.report_schema import RemovalState

RULE = {
    "emergency": "紧急窗口",
    "protected": "受保护号码",
    "exact_allow": "白名单",
    "contact": "居民联系人",
    "police": "公安名单",
    "prefix": "号段规则",
    "score": "名单评分与信誉",
    "class": "号码类别",
    "default": "默认处置",
}
"""Rules of the chain, in the order walked."""
RULE_MEANING = {
    "emergency": "居民拨打 110、120 之后的一段时间内，来电一律放行",
    "protected": "110、96110、银行等号码，只有从境内中继按原样显示（或带区号）才相信",
    "exact_allow": "白名单中的单个号码放行，仿冒迹象除外",
    "contact": "居民自己登记的联系人放行，仿冒迹象除外；在公安名单上要拒接、转接的，改为监测",
    "police": "公安名单按条目处置：单个号码先于号段",
    "prefix": "白名单与评分名单的号段和区间，范围小的先行",
    "score": "评分名单、举报信誉和拨打行为：最多监测，不会拒接",
    "class": "按号码形式判断：境外、虚拟运营商、仿冒受保护号码等",
    "default": "以上都没有决定时，按策略处置",
}
LIST_KIND = {
    ListKind.PROTECTED: "受保护号码",
    ListKind.ALLOW: "白名单",
    ListKind.HARD: "按条目处置",
    ListKind.SCORE: "评分",
}
NUMBER_KIND = {
    NumberKind.MOBILE: "手机号码",
    NumberKind.LANDLINE: "固定电话",
    NumberKind.SHORT_CODE: "短号码",
    NumberKind.SERVICE: "服务号码",
    NumberKind.FOREIGN: "境外号码",
    NumberKind.ANONYMOUS: "未显示号码",
    NumberKind.UNUSABLE: "无法识别的号码",
}
VERSION_STATE = {
    VersionState.PLANNING: "写入中",
    VersionState.PENDING: "待发布",
    VersionState.RELEASED: "已发布",
    VersionState.DISCARDED: "已放弃",
}
REMOVAL_STATE = {
    RemovalState.OPEN: "待答复",
    RemovalState.ACCEPTED: "已同意",
    RemovalState.REFUSED: "已拒绝",
}
REPORT_SOURCE = {
    ReportSource.RESIDENT: "居民",
    ReportSource.OPERATOR: "话务员",
    ReportSource.UPSTREAM: "外部平台",
    ReportSource.PUBLIC: "公众",
    ReportSource.REVIEW: "审核员",
}
DONE = {
    "made": "名单已建立。",
    "prepared": "已生成待发布版本。",
    "unchanged": "与生效内容相同，没有生成版本。",
    "released": "版本已发布，节点将在几秒内生效。",
    "discarded": "版本已放弃。",
    "published": "号码已公布。",
    "dismissed": "举报已驳回。",
    "accepted": "申请已同意，相关条目已移除。",
    "refused": "申请已拒绝，理由已记录。",
}
"""What was just done, by the word that stands in the address of the page shown afterwards."""
FAULT = {
    "lists.second_person": "该更改涉及批量、号段、白名单，或移除条目、放宽处置，须由准备人以外的另一人发布。",
    "lists.own_listing": "该号码由您列入名单，须由另一人同意移除申请。",
    "lists.old_source": "文件的数据版本不比名单现有的新，会恢复已移出的号码；请下载新文件，"
    "确需导入时在命令行加 --older。",
    "lists.upload_gone": "预览的文件已失效，请重新选择文件并预览。",
    "lists.bad_pattern": "号码写法不正确",
    "lists.bad_cell": "填写的内容不正确",
    "lists.crowded_number": "同一号码上的号段和区间过多",
    "lists.bad_header": "文件首行不是所需的列名",
    "lists.source_encoding": "文件编码无法识别",
    "lists.source_damaged": "文件已损坏",
    "lists.source_too_large": "文件超出限制",
    "lists.source_unreadable": "文件无法读取",
    "conflict": "内容已被他人更改，或版本已处理，请核对后重试",
    "not_found": "没有找到",
    "input.bad": "提交的内容不正确",
    "auth.forbidden": "您的账号只能查看，不能更改。",
    "phrasebook.second_person": "话术库须由准备人以外的另一人发布。",
    "phrasebook.stale": "准备之后已有别的版本生效，请打开生效版本重新修改。",
    "phrasebook.unchanged": "与生效的话术库完全相同，没有可提交的更改。",
    "phrasebook.unknown_phrase": "这个版本里没有这条话术，可能已改名或删除。",
    "phrasebook.encoding": "文件不是 UTF-8 编码，请另存为 UTF-8 后再试。",
    "phrasebook.bad": "话术库有错误",
    "phrases.no_speech_server": "没有配置语音识别服务，不能测试录音；请工程师设置 api.speech_url。",
    "phrases.speech_slow": "语音识别超时，请换较短的录音，或稍后再试。",
    "phrases.speech_busy": "正在识别另一段录音，请一分钟后再试。",
    "phrases.long_recording": "录音太长，请截取要测试的部分。",
    "asr.recording": "录音须为 8000 Hz 的 WAV 文件（单声道或双声道，16 位或 A-law），请转换后再试。",
    "asr.refused": "语音识别服务容量已满，请稍后再试。",
    "asr.lost": "无法连接语音识别服务，请稍后再试，并告知值班工程师。",
    "reports.protected_number": "受保护号码不能公布，只能驳回举报。",
}
"""Errors that a person can mend on the same page; what follows in the service's own words names the place."""


_ORIGIN = {ONE_ENTRY: "单个号码", "console": "控制台", "api": "接口"}
_ROLLBACK = re.compile(r"rollback of (\d+) to (\d+)(?: without (\d+) cleared numbers)?")
_REMOVAL = re.compile(r"removal request (.+)")


def origin_in_chinese(origin: str) -> str:
    """Return where a version comes from; a file's name stays as it is."""
    if found := _ROLLBACK.fullmatch(origin):
        left_out = f"，其中 {found[3]} 个经决定移出的号码不恢复" if found[3] else ""
        return f"由版本 {found[1]} 回滚到版本 {found[2]}{left_out}"
    if found := _REMOVAL.fullmatch(origin):
        return f"移除申请 {found[1]}"
    return _ORIGIN.get(origin, origin)


def fault_in_chinese(error: ChangmaoError) -> str:
    """Return what went wrong in Chinese; with the service's own words where they name what to mend."""
    for kind in type(error).__mro__:
        words = FAULT.get(getattr(kind, "code", ""))
        if words:
            return words if words.endswith("。") else f"{words}：{_named(error)}"
    return f"操作未完成：{_named(error)}"


def _named(error: ChangmaoError) -> str:
    return reason_in_chinese(error.reason) if isinstance(error, ReasonedError) else str(error)
