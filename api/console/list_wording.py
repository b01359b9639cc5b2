"""The Chinese words of the console for number lists, their rules and what is known of numbers."""

from __future__ import annotations

from contracts.number_list import EntryKind, ListKind
from contracts.phone import NumberKind
from screening.number_signs import Sign

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
    "emergency": "居民拨打 110、120 之后 90 分钟内，来电一律放行",
    "protected": "110、96110、银行等号码，只有从境内中继按原样显示（或带区号）才相信",
    "exact_allow": "白名单中的单个号码放行，仿冒迹象除外",
    "contact": "居民自己登记的联系人放行，仿冒迹象除外；在公安名单上的至少监测",
    "police": "公安名单按条目处置：单个号码先于号段",
    "prefix": "其他名单的号段与区间，范围小的先行",
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
ENTRY_KIND = {EntryKind.EXACT: "单个号码", EntryKind.PREFIX: "号段", EntryKind.RANGE: "区间"}
NUMBER_KIND = {
    NumberKind.MOBILE: "手机号码",
    NumberKind.LANDLINE: "固定电话",
    NumberKind.SHORT_CODE: "短号码",
    NumberKind.SERVICE: "服务号码",
    NumberKind.FOREIGN: "境外号码",
    NumberKind.ANONYMOUS: "未显示号码",
    NumberKind.UNUSABLE: "无法识别的号码",
}
SIGN = {
    Sign.FOREIGN_TRUNK: "境外中继上显示境内号码",
    Sign.SPOOF: "仿冒受保护号码",
    Sign.FOREIGN: "境外号码",
    Sign.UNUSABLE: "无法识别的号码",
    Sign.ANONYMOUS: "未显示号码",
    Sign.SERVICE: "400、95、96 等服务号码",
    Sign.VIRTUAL: "虚拟运营商号段",
}


def reason_in_chinese(reason: str) -> str:
    """Return a rule's reason in Chinese; words that stand in no table (a list's category) as they are."""
    return _REASON.get(reason, reason)


_REASON = {sign.value: word for sign, word in SIGN.items()}
