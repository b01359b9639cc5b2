"""From characters of a result to milliseconds of the call."""

from __future__ import annotations

from contracts.speech import Heard, Word


def times_of(heard: Heard, span: tuple[int, int]) -> tuple[int, int]:
    """Return start and end (ms) of the words that a span of characters (not empty) touches.

    Without words, or where they do not spell the text, the time is shared out evenly over the characters.
    """
    if "".join(word.text for word in heard.words) != heard.text:
        return _interpolated(heard, span)
    touched: list[Word] = []
    at = 0
    for word in heard.words:
        if at < span[1] and at + len(word.text) > span[0]:
            touched.append(word)
        at += len(word.text)
    return touched[0].start_ms, touched[-1].end_ms


def _interpolated(heard: Heard, span: tuple[int, int]) -> tuple[int, int]:
    per_character = (heard.end_ms - heard.start_ms) / max(1, len(heard.text))
    return (
        heard.start_ms + round(span[0] * per_character),
        heard.start_ms + round(span[1] * per_character),
    )
