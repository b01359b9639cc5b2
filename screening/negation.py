"""The negations inside a wording, which no error of recognition may take away."""

from __future__ import annotations

from screening.syllables import to_syllables

_NEGATIVE_SYLLABLES = frozenset(to_syllables(char) for char in "不别没勿")


def keeps_negations(wording: str, window: str) -> bool:
    """Tell whether a window of syllables has every negation of the wording: 不要挂 is not found in 要挂."""
    return all(
        window.count(syllable) >= wording.count(syllable)
        for syllable in _NEGATIVE_SYLLABLES
        if syllable in wording
    )
