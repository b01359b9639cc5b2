"""What a recogniser hears: words with times, partial and final results of one stream."""

from __future__ import annotations

from dataclasses import dataclass, replace


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

    def moved(self, by_ms: int) -> Heard:
        """Return the same result with its times counted from another instant."""
        words = tuple(
            replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms) for word in self.words
        )
        return replace(self, start_ms=self.start_ms + by_ms, end_ms=self.end_ms + by_ms, words=words)
