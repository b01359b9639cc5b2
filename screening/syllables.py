"""Chinese text as syllables without tones, each class of easily confused syllables one code point."""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_INITIALS = ("", *"bpmfdtnlgkhjqxrzcsyw")
# A final's number is its place in this line; none at all stands at 0, between the first two spaces.
_FINALS = "  a ai an ao e ei en er i ia ian iao ie in iong iu m n o ong ou u ua uai uan ue ui un uo v ve "
_SYLLABLE = re.compile(r"([bpmfdtnlgkhjqxrzcsyw]?)([a-zê]*)")
# What telephone sound and most dialects merge: zh/z, ch/c, sh/s, n/l, ang/an, eng/en, ing/in.
_RETROFLEX = re.compile(r"^([zcs])h")
_NASAL = re.compile(r"(?<=[aei])ng$")
# Where words meet by chance these are taken for another word (银行卡具体 holds 卡具), and with it misread.
_ONE_READING = {"卡": "ka", "了": "le"}
# How f is said where it is merged with h.
_F_AS_H = {
    "fa": "hua",
    "fan": "huan",
    "fang": "huang",
    "fei": "hui",
    "fen": "hun",
    "feng": "hong",
    "fo": "huo",
    "fou": "hou",
    "fu": "hu",
}
# The private use area starts here; normalised text holds no such characters.
_FIRST_CODE = 0xE000


def to_syllables(text: str, *, merge_f_h: bool = False) -> str:
    """Return one code point per character of normalised text, equal for characters that sound alike.

    Characters without a reading (letters, rare signs) stay as they are. `merge_f_h` is for Min, Hakka and
    south-western districts, where 飞 and 灰 sound alike.
    """
    return "".join(
        char if char.isascii() else _code(_ONE_READING.get(char, reading), merge_f_h=merge_f_h) or char
        for char, reading in zip(text, readings_of(text), strict=True)
    )


def readings_of(text: str) -> list[str]:
    """Return the pinyin of each character without tones, chosen by the words around it.

    Characters without a reading stand for themselves.
    """
    readings = _read(text)
    return readings if len(readings) == len(text) else [_read(char)[0] for char in text]


@lru_cache(maxsize=65_536)
def sound_alike(one: str, other: str) -> bool:
    """Tell whether two code points of `to_syllables` begin or end with the same sound."""
    if min(one, other) < chr(_FIRST_CODE):
        return False
    first, second = (divmod(ord(code) - _FIRST_CODE, len(_FINALS)) for code in (one, other))
    return first[0] == second[0] != 0 or first[1] == second[1]


def _read(text: str) -> list[str]:
    # The library takes lists from `errors` and documents it; its annotation does not say so.
    return lazy_pinyin(text, style=Style.NORMAL, errors=list)  # type: ignore[arg-type]


@lru_cache(maxsize=2048)
def _code(reading: str, *, merge_f_h: bool) -> str:
    heard = _F_AS_H.get(reading, reading) if merge_f_h else reading
    merged = _NASAL.sub("n", _RETROFLEX.sub(r"\1", heard))
    parts = _SYLLABLE.fullmatch(merged)
    final = _FINALS.find(f" {parts[2]} ") if parts else -1
    if parts is None or final < 0:
        return ""
    initial = "l" if parts[1] == "n" and parts[2] else parts[1]
    return chr(_FIRST_CODE + _INITIALS.index(initial) * len(_FINALS) + final)
