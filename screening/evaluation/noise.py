"""Recognition errors put into written calls: what telephone sound and a small recogniser make of them."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from dataclasses import replace
from functools import cache
from random import Random

from screening.evaluation.dialogue import Dialogue
from screening.syllables import readings_of

ERRORS = {"substitution": 70, "deletion": 20, "insertion": 10}
"""Percent of all errors. Read speech gave 85, 9 and 6 (67 errors in 659 characters of AISHELL-1 and -3,
through 8 kHz A-law and vosk-model-small-cn-0.22); hurried talk on the telephone loses more."""
SUBSTITUTIONS = {"homophone": 45, "confusion": 10, "neighbour": 30, "other": 15}
"""Percent of all substitutions; the same recordings gave 47, 4, 35 and 14, but their speakers have no accent.

Homophones share the syllable but for the tone, confusions are what accents and telephone sound merge,
neighbours share only the beginning or only the end of the syllable, others neither."""
# The 3,755 characters of GB 2312's first level: what a recogniser writes.
_COMMON = "".join(
    bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
)
_PARTS = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)(.*)")
# zh/z, ch/c, sh/s, n/l, f/h, an/ang, en/eng, in/ing, each way.
_CONFUSIONS = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"^([zcs])(?!h)"), r"\1h"),
    (re.compile(r"^n(?=.)"), "l"),
    (re.compile(r"^l"), "n"),
    (re.compile(r"^f"), "h"),
    (re.compile(r"^h"), "f"),
    (re.compile(r"(?<=[aei])ng$"), "n"),
    (re.compile(r"(?<=[aei])n$"), "ng"),
)


def add_noise(dialogue: Dialogue, rate: float) -> Dialogue:
    """Return the dialogue with `rate` (0 to 1) of its characters touched; always the same for the same id.

    Punctuation stays; what has no reading (letters, digits) is lost where others would be substituted.
    """
    # Seeded, to be the same on every machine; nothing secret hangs on it.
    chance = Random(zlib.crc32(f"{dialogue.id} {rate:g}".encode()))  # noqa: S311
    turns = tuple(replace(turn, text=_misheard(turn.text, rate, chance)) for turn in dialogue.turns)
    return replace(dialogue, turns=turns)


def _misheard(text: str, rate: float, chance: Random) -> str:
    return "".join(
        _touched(char, reading, chance) if char.isalnum() and chance.random() < rate else char
        for char, reading in zip(text, readings_of(text), strict=True)
    )


def _touched(char: str, reading: str, chance: Random) -> str:
    match _drawn(ERRORS, chance):
        case "substitution" if reading in _homophones():
            return _substitute(char, reading, chance)
        case "insertion":
            return char + chance.choice(_COMMON)
        case _:
            return ""


def _substitute(char: str, reading: str, chance: Random) -> str:
    """Draw another character of the drawn kind; of the next kind that has one where it has none."""
    candidates = _candidates(reading)
    kinds = (_drawn(SUBSTITUTIONS, chance), "homophone", "neighbour")
    return chance.choice(next(others for kind in kinds if (others := candidates[kind].replace(char, ""))))


def _drawn(percent: dict[str, int], chance: Random) -> str:
    return chance.choices(tuple(percent), tuple(percent.values()))[0]


@cache
def _candidates(reading: str) -> dict[str, str]:
    initial, final = _parts(reading)
    confused = [expression.sub(to, reading) for expression, to in _CONFUSIONS]
    shared: defaultdict[int, str] = defaultdict(str)
    for syllable, characters in _homophones().items():
        begun, ended = _parts(syllable)
        shared[(begun == initial) + (ended == final)] += characters
    return {
        "homophone": _homophones()[reading],
        "confusion": "".join(_homophones().get(other, "") for other in confused if other != reading),
        "neighbour": shared[1],
        "other": shared[0],
    }


@cache
def _homophones() -> dict[str, str]:
    """Return the common characters of each syllable."""
    characters: defaultdict[str, str] = defaultdict(str)
    for char in _COMMON:
        characters[readings_of(char)[0]] += char
    return dict(characters)


@cache
def _parts(reading: str) -> tuple[str, str]:
    parts = _PARTS.fullmatch(reading)
    return (parts[1], parts[2]) if parts else ("", reading)
