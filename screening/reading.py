"""A text made ready for matching: its normalised characters, their syllables, and the way back."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from screening.normalise import Normalised, normalise
from screening.syllables import to_syllables

# A text is read in stretches, so that what grows is not read again from its beginning: each ends behind the
# first particle or mark from its 48th character on, where no word and no number goes on, or else at the 64th.
_STRETCH = re.compile(
    r".{47}[^的了吗呢吧嗯啊呃，。！？；、\s]{0,16}[的了吗呢吧嗯啊呃，。！？；、\s]|.{64}|.+", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a text, read by itself."""

    text: str
    start: int
    """Original characters of the text before it."""
    offset: int
    """Normalised characters of the text before it."""
    normalised: Normalised
    syllables: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole text: one syllable class per normalised character."""

    text: str
    """As it was heard."""
    stretches: tuple[Stretch, ...]
    characters: str
    """Normalised."""
    syllables: str

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original span of normalised characters `start` to `end` (exclusive, not empty)."""
        return self._original(start)[0], self._original(end - 1)[1]

    def _original(self, at: int) -> tuple[int, int]:
        index = bisect_right(self.stretches, at, key=lambda stretch: stretch.offset) - 1
        stretch = self.stretches[index]
        start, end = stretch.normalised.original_span(at - stretch.offset, at - stretch.offset + 1)
        return stretch.start + start, stretch.start + end

    def shared_with(self, other: Reading) -> int:
        """Return how many normalised characters, from the first on, are written and sound alike in both."""
        at = 0
        for ours, theirs in zip(self.stretches, other.stretches, strict=False):
            if ours is not theirs:
                break
            at += len(ours.syllables)
        ends = range(at, min(len(self.characters), len(other.characters)))
        return next((n for n in ends if self._differs(other, n)), ends.stop)

    def _differs(self, other: Reading, at: int) -> bool:
        return self.syllables[at] != other.syllables[at] or self.characters[at] != other.characters[at]


NOTHING = Reading("", (), "", "")


def read(text: str, before: Reading = NOTHING, *, merge_f_h: bool = False) -> Reading:
    """Return how a text reads, keeping the unchanged stretches of how it read `before`.

    `merge_f_h`, the same for both, is as in `to_syllables`.
    """
    stretches: list[Stretch] = []
    start = offset = 0
    for index, part in enumerate(_STRETCH.findall(text)):
        stretch = before.stretches[index] if index < len(before.stretches) else None
        if stretch is None or (stretch.text, stretch.start, stretch.offset) != (part, start, offset):
            normalised = normalise(part)
            syllables = to_syllables(normalised.text, merge_f_h=merge_f_h)
            stretch = Stretch(part, start, offset, normalised, syllables)
        stretches.append(stretch)
        start += len(part)
        offset += len(stretch.syllables)
    return Reading(
        text,
        tuple(stretches),
        "".join(stretch.normalised.text for stretch in stretches),
        "".join(stretch.syllables for stretch in stretches),
    )
