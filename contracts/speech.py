"""What a recogniser hears: words with times, partial and final results of one stream."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word."""

    text: str
    start_ms: int
    """From the first sample of the stream, ms."""
    end_ms: int


@dataclass(frozen=True, slots=True)
class Heard:
    """One result: partial (may still change) or final (an utterance is complete)."""

    text: str
    """Recognised characters without spaces; never empty."""
    final: bool
    start_ms: int
    """From the first sample of the stream, ms."""
    end_ms: int
    words: tuple[Word, ...] = ()
    """Empty where the server gives no times for partial results; the span is then an estimate."""
