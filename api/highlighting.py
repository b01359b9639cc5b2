"""A transcript line or a wording cut into pieces, so that a page can mark words in it and say why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mark:
    """A match in a line's text, or a word class in a wording."""

    start: int
    end: int
    """One past the last character."""
    reason: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that is marked for one set of reasons, or not at all; never markup."""

    text: str
    reason: str | None = None


def cut(text: str, marks: Iterable[Mark]) -> tuple[Piece, ...]:
    """Return the text in order, cut at the marks' ends; overlapping marks join their reasons.

    Marks outside the text are trimmed to it; the pieces' texts joined are always the text given.
    """
    within = [
        Mark(max(mark.start, 0), min(mark.end, len(text)), mark.reason)
        for mark in marks
        if mark.start < len(text) and mark.end > max(mark.start, 0)
    ]
    edges = sorted({0, len(text), *(m.start for m in within), *(m.end for m in within)})
    return tuple(Piece(text[start:end], _reason(start, end, within)) for start, end in pairwise(edges))


def _reason(start: int, end: int, marks: list[Mark]) -> str | None:
    reasons = dict.fromkeys(mark.reason for mark in marks if mark.start <= start and end <= mark.end)
    return "；".join(reasons) or None
