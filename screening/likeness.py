"""Whether what sounds like a word, or nearly, can be that word."""

from __future__ import annotations

from screening.negation import adds_negation, keeps_negations
from screening.pattern import Word
from screening.reading import Reading


def literal(wanted: str, found: str) -> int:
    """Return how many characters are the very ones, place by place."""
    return sum(a == b for a, b in zip(wanted, found, strict=False))


def is_credible(wanted: str, found: str, *, harmed: bool) -> bool:
    """Tell whether a short word has half of its characters; a longer one needs none.

    Two or three syllables have chance homophones, up to five have them with an error:
    可以加一 is not 可疑交易.
    """
    longest_doubted = 5 if harmed else 3
    return len(wanted) > longest_doubted or 2 * literal(wanted, found) >= len(wanted)


def keeps_meaning(word: Word, reading: Reading, start: int, end: int) -> bool:
    """Tell whether what stands from `start` to `end` has the negations of the word and no others."""
    heard, found = reading.syllables[start:end], reading.characters[start:end]
    return keeps_negations(word.syllables, heard) and not adds_negation(word.characters, found)
