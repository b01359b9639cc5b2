"""The Chinese words of the console for why a pattern or a line of a list file is refused or flagged."""

from __future__ import annotations

from collections.abc import Mapping

from api.console.wording import ACTION, ENTRY_KIND
from blacklists.reason import Reason, Why

REASON: Mapping[Why, str] = {
    Why.PLAIN: "{text}",
    Why.PATTERN_LENGTH: "{text} 有 {length} 个字符，最多 {most} 个",
    Why.NO_NUMBER: "{text} 不是号码，请填写完整号码或短号码",
    Why.NO_PREFIX: "{text} 不是号段，请填写开头的数字，如 0086170、0536 或 400",
    Why.ONE_DIGIT: "{text} 单独使用范围太大，请至少填写两位，如 95、17 或 400",
    Why.NO_BEGINNING: "没有以 {text} 开头的号码；区号请带 0，如 0536",
    Why.TOO_MANY_DIGITS: "{text} 位数超过任何号码，请减少位数",
    Why.WHOLE_CHINA: "{text} 覆盖整个国家或更大范围，请在 86 之后至少填写两位，如 0086170 或 0536",
    Why.ZERO_TOO_MANY: "{text} 多了一个 0，86 之后不带 0，如 0086536",
    Why.CODE_BEHIND_86: "没有以 {text} 开头的号码；短号码不带 86，如 110",
    Why.NO_COUNTRY: "{text} 不含国家代码，请填写国家代码，如 00855",
    Why.MANY_COUNTRIES: "{text} 覆盖多个国家，请至少填写完整的国家代码，如 00855",
    Why.TOO_MANY_DIGITS_ABROAD: "{text} 超过 {most} 位，请减少位数",
    Why.NO_RANGE: "{text} 不是区间，请填写“起始号码..结束号码”，两端都是完整号码",
    Why.RANGE_OF_LENGTHS: "{text} 两端号码的位数或种类不同，请填写同一种号码的“起始号码..结束号码”",
    Why.RANGE_BACKWARDS: "{text} 起始号码大于结束号码，请对调",
    Why.RANGE_TOO_WIDE: "{text} 超过十亿个号码，请缩小区间",
    Why.EMPTY_PATTERN: "pattern 列为空，请填写号码、号段或“起始号码..结束号码”",
    Why.PATTERN_FORMULA: "pattern 列是公式或含控制字符，请填写数字",
    Why.PATTERN_LETTERS: "pattern 列的 {text} 含字母，请填写数字（按文本保存，不要写成 1.38E+10）",
    Why.NO_KIND: "kind 列没有 {text} 这一种，请填写 exact、prefix 或 range",
    Why.NO_ACTION: "action 列没有 {text} 这一种，请填写 {actions}，或在前面加 shadow:",
    Why.EMPTY_CATEGORY: "category 列为空，请写明列入名单的原因",
    Why.TOO_LONG: "{column} 列超过 {most} 个字符，请缩短",
    Why.CONTROL_CHARACTER: "{column} 列含控制字符，请删除",
    Why.FORMULA: "{column} 列以 {text} 开头，像是公式，请在前面加一个单引号",
    Why.NO_TIME: "{column} 列的 {text} 不是日期或时间，请写成 2026-03-01 或 2026-03-01T08:00:00+08:00",
    Why.TIME_WITHOUT_ZONE: "{column} 列的 {text} 没有时区，请加上 +08:00，或只写日期",
    Why.TIME_OUT_OF_RANGE: "{column} 列的 {text} 超出范围，请填写 1970 年至 9999 年之间的时间",
    Why.ENDS_FIRST: "expires_at 列的时间不晚于 valid_from 列，请改晚，或将其中一列留空",
    Why.PHONE_NO_TEXT: "phone 不是文本，请填写号码",
    Why.VOTES_NO_NUMBER: "votes 不是整数，请填写整数",
    Why.NO_RATING: "rating 没有 {text} 这一种，可用的有 {ratings}",
    Why.OPEN_QUOTE: "引号没有成对，或引号之后还有内容；请在字段末尾补上引号，字段中的引号写两次",
    Why.FIELD_COUNT: "有 {fields} 列，首行有 {columns} 列；含分隔符的字段请加引号，多余的请删除",
    Why.LINE_TOO_LONG: "该行超过 {most} 字节，请缩短",
    Why.NOT_UTF_8: "该行第 {place} 字节不是 UTF-8 编码，请将整个文件另存为 UTF-8 或 GB18030",
    Why.SAME: "与第 {line} 行相同，以第 {line} 行为准",
    Why.CONTRADICTS: "与第 {line} 行矛盾，以第 {line} 行为准",
    Why.EXPIRED: "导入时已过期（{time}）",
    Why.CLEARED: "移除申请 {request} 已于 {day} 将该号码移出；确需恢复请单独添加",
    Why.AGAINST_CODE: "{number} 是受保护号码（{holder}），不应{action}；确由该号码拨出的来电仍会放行",
    Why.COVERS_CLEARED: "{kind} {pattern} 覆盖 {count} 个经决定移出的号码，"
    "第一个见移除申请 {request}（{day}）",
    Why.COVERS_CODES: "{kind} {pattern} 覆盖 {count} 个受保护号码，第一个是 {number}（{holder}）；"
    "确由这些号码拨出的来电仍会放行",
    Why.COVERS_COUNTRY: "号段 {pattern} 覆盖一个国家或一类服务的全部号码（{regions}）",
    Why.COVERS_MANY: "{kind} {pattern} 最多覆盖 {millions} 百万个号码；若不需要这么多，请增加位数或缩小区间",
    Why.COVERS_NUMBERS: "{kind} {pattern} 覆盖文件中 {count} 个处置不同的单个号码，"
    "第一个在第 {line} 行；单个号码先行",
    Why.LIES_WITHIN: "{kind} {pattern} 位于第 {line} 行的{other_kind} {other_pattern} 之内，"
    "处置不同；范围小的先行",
    Why.CROSSES: "{kind} {pattern} 与第 {line} 行的{other_kind} {other_pattern} 交叉，处置不同；"
    "范围小的先行，请填写互不交叉的区间",
}
_KINDS = {kind.value: word for kind, word in ENTRY_KIND.items()}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "kind": _KINDS,
    "other_kind": _KINDS,
    "action": {action.value: word for action, word in ACTION.items()},
}
"""Parts that are words themselves."""


def reason_in_chinese(reason: Reason) -> str:
    """Return a reason in Chinese; one that was kept as words alone stays as it was written."""
    said = {name: _WORDS.get(name, {}).get(str(part), part) for name, part in reason.parts.items()}
    return REASON[reason.why].format_map(said)
