"""A phrase found in what was said."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.evidence import Context
from screening.phrase import Phrase


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in a text, and whether it was meant."""

    phrase: Phrase
    wording: str
    """The one that was found, with the words that were found in place of its classes."""
    text: str
    """The original characters found in its place."""
    span: tuple[int, int]
    """In the original text: first character and one past the last."""
    score: float
    """Similarity by syllables, 0 to 100."""
    context: Context = Context.PLAIN
    """Only what is plain is evidence."""
    cue: str = ""
    """The words beside it, normalised, that tell its context; empty where it is plain."""
