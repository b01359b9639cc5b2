"""From characters of a result to milliseconds of the call."""

from __future__ import annotations

from contracts.speech import Heard


def times_of(heard: Heard, span: tuple[int, int]) -> tuple[int, int]:
    """Return start and end (ms) of the words that a span of characters touches.

    Without words, or where they do not spell the text, the time is shared out evenly over the characters.
    """
    if "".join(word.text for word in heard.words) != heard.text:
        return _interpolated(heard, span)
    start_ms, end_ms = heard.start_ms, heard.end_ms
    at = 0
    for word in heard.words:
        if at <= span[0] < at + len(word.text):
            start_ms = word.start_ms
        at += len(word.text)
        if at >= span[1]:
            return start_ms, word.end_ms
    return start_ms, end_ms


def _interpolated(heard: Heard, span: tuple[int, int]) -> tuple[int, int]:
    per_character = (heard.end_ms - heard.start_ms) / max(1, len(heard.text))
    return (
        heard.start_ms + round(span[0] * per_character),
        heard.start_ms + round(span[1] * per_character),
    )
