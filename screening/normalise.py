"""One written form for what was said: simplified characters, spoken numerals, no fillers, with a way back."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import cn2an
import opencc

_SIMPLIFIER = opencc.OpenCC("t2s")
_NUMERAL = re.compile(r"[0-9]+(?:\.[0-9]+)?%?")
_FILLER = re.compile(r"那个|就是说|[嗯呃唔啊呀哦噢哎唉诶欸嘛]")
_VARIANTS = str.maketrans("幺两〇", "一二零")
# One sign may stand for a whole sentence (U+FDFA for eighteen letters); nobody says such signs.
_LONGEST_FOLD = 4
# From five digits on, numbers are codes and accounts: people read them digit by digit.
_LONGEST_QUANTITY = 4


@dataclass(frozen=True, slots=True)
class Normalised:
    """Normalised characters, each with the characters of the original that it stands for."""

    text: str
    starts: tuple[int, ...]
    """Per character: index of the first original character."""
    ends: tuple[int, ...]
    """Per character: one past the last original character."""

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span of normalised characters `start` to `end` (exclusive, not empty)."""
        return self.starts[start], max(self.ends[start:end])


_Piece = tuple[str, int, int]


def normalise(text: str) -> Normalised:
    """Fold width, case and script, say numerals as people do, and drop punctuation and fillers."""
    pieces = _without_fillers(_say_numerals(_simplify(_fold(text))))
    return Normalised(
        "".join(piece[0] for piece in pieces).translate(_VARIANTS),
        tuple(piece[1] for piece in pieces),
        tuple(piece[2] for piece in pieces),
    )


def _fold(text: str) -> list[_Piece]:
    return [(char, i, i + 1) for i, original in enumerate(text) for char in _fold_character(original)]


@lru_cache(maxsize=16384)
def _fold_character(original: str) -> str:
    folded = unicodedata.normalize("NFKC", original).lower()
    if len(folded) > _LONGEST_FOLD:
        return ""
    return "".join(char for char in folded if char.isalnum() or char in ".%")


def _simplify(pieces: list[_Piece]) -> list[_Piece]:
    joined = "".join(piece[0] for piece in pieces)
    simple = _SIMPLIFIER.convert(joined)
    if len(simple) != len(joined):
        # A word was translated as a whole: go by single characters, to keep the way back.
        simple = "".join(_simplify_character(char) for char in joined)
    return [(char, start, end) for char, (_, start, end) in zip(simple, pieces, strict=True)]


def _simplify_character(char: str) -> str:
    simple: str = _SIMPLIFIER.convert(char)
    return simple if len(simple) == 1 else char


def _say_numerals(pieces: list[_Piece]) -> list[_Piece]:
    joined = "".join(piece[0] for piece in pieces)
    spoken: list[_Piece] = []
    at = 0
    for numeral in _NUMERAL.finditer(joined):
        spoken += pieces[at : numeral.start()]
        start, end = pieces[numeral.start()][1], pieces[numeral.end() - 1][2]
        spoken += [(char, start, end) for char in _spoken(numeral[0])]
        at = numeral.end()
    spoken += pieces[at:]
    return [piece for piece in spoken if piece[0] not in ".%"]


@lru_cache(maxsize=4096)
def _spoken(numeral: str) -> str:
    number = numeral.removesuffix("%")
    whole, _, fraction = number.partition(".")
    is_quantity = len(whole) <= _LONGEST_QUANTITY and not (len(whole) > 1 and whole.startswith("0"))
    said: str = cn2an.an2cn(whole, "low" if is_quantity else "direct")
    if fraction:
        said += f"点{cn2an.an2cn(fraction, 'direct')}"
    return f"百分之{said}" if numeral.endswith("%") else said


def _without_fillers(pieces: list[_Piece]) -> list[_Piece]:
    joined = "".join(piece[0] for piece in pieces)
    kept: list[_Piece] = []
    at = 0
    for filler in _FILLER.finditer(joined):
        kept += pieces[at : filler.start()]
        at = filler.end()
    return kept + pieces[at:]
