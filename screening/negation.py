"""The negations inside a wording, which no error of recognition may add or take away."""

from __future__ import annotations

from screening.syllables import to_syllables

_NEGATIVES = "不别没勿"
_NEGATIVE_SYLLABLES = frozenset(to_syllables(_NEGATIVES))


def keeps_negations(wording: str, window: str) -> bool:
    """Tell whether a window of syllables has every negation of the wording: 不要挂 is not found in 要挂."""
    return all(
        window.count(syllable) >= wording.count(syllable)
        for syllable in _NEGATIVE_SYLLABLES
        if syllable in wording
    )


def adds_negation(wording: str, window: str) -> bool:
    """Tell whether a window of characters has a negation that the wording has not: 配合 is not 不配合."""
    return any(window.count(negative) > wording.count(negative) for negative in _NEGATIVES)
