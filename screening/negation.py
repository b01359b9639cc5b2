"""Telling "transfer the money" from "do not transfer the money": negations before and inside a match."""

from __future__ import annotations

import re

from screening.syllables import to_syllables

_NEGATIVE_SYLLABLES = frozenset(to_syllables(char) for char in "不别没勿")
# A negation reaches a match over words such as 让您, 轻易 or 把, and over nothing else: in
# 别挂电话,把验证码念给我 the first word must not undo the second half.
_DENIED_BEFORE = re.compile(
    r"(?:不要|不会|不能|不得|不可|不用|不需要|不必|没有|别|勿|谨防|防止|警惕|拒绝|绝不|从不)"
    r"[让要叫您你把去再向给有跟用会往轻易随便任何所谓他对方我们相信以]{0,5}$"
)
# 凡是让您先垫付资金的兼职都是诈骗: warnings quote what they warn of.
_QUOTED_BEFORE = re.compile(r"凡是.{0,10}$")
_DENIED_AFTER = re.compile(r"^.{0,12}?(?:都是诈骗|都是骗)|^的?(?:是诈骗|是骗|是假的|诈骗)")
_REACH = 18


def keeps_negations(wording: str, window: str) -> bool:
    """Tell whether a window of syllables has every negation of the wording: 不要挂 is not found in 要挂."""
    return all(
        window.count(syllable) >= wording.count(syllable)
        for syllable in _NEGATIVE_SYLLABLES
        if syllable in wording
    )


def is_denied(text: str, start: int, end: int) -> bool:
    """Tell whether normalised `text` forbids or denies what stands from `start` to `end`."""
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    denials = (_DENIED_BEFORE.search(before), _QUOTED_BEFORE.search(before), _DENIED_AFTER.match(after))
    return any(denials)
