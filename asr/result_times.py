"""Times for the answers of one stream: of their words, or else of the audio they answer."""

from __future__ import annotations

from asr.protocol import Answer
from contracts.speech import Heard


class ResultTimes:
    """Knows where in the stream the current utterance began."""

    def __init__(self) -> None:
        self._utterance_ms = 0

    def heard(self, answer: Answer, answered_ms: float) -> Heard | None:
        """Return the result with times; None where nothing was said. `answered_ms`: audio decoded so far."""
        start = answer.words[0].start_ms if answer.words else self._utterance_ms
        end = answer.words[-1].end_ms if answer.words else round(answered_ms)
        if answer.final:
            self._utterance_ms = round(answered_ms)
        return Heard(answer.text, answer.final, start, end, answer.words) if answer.text else None
