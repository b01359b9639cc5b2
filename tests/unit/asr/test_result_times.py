"""Times of recognised results."""

from __future__ import annotations

import pytest

from asr.protocol import Answer
from asr.result_times import ResultTimes
from contracts.speech import Heard, Word

pytestmark = pytest.mark.unit

WORDS = (Word("您好", 300, 800), Word("哪位", 900, 1400))


def test_words_give_a_result_its_times():
    heard = ResultTimes().heard(Answer("您好哪位", final=True, words=WORDS), 2000)
    assert heard == Heard("您好哪位", final=True, start_ms=300, end_ms=1400, words=WORDS)


def test_without_words_a_result_lasts_from_the_last_final_to_the_audio_decoded():
    times = ResultTimes()
    times.heard(Answer("您好", final=True, words=()), 2000)
    assert times.heard(Answer("哪", final=False, words=()), 2600) == Heard(
        "哪", final=False, start_ms=2000, end_ms=2600
    )


def test_silence_is_no_result():
    assert ResultTimes().heard(Answer("", final=False, words=()), 100) is None


def test_an_utterance_begins_after_a_final_without_words():
    times = ResultTimes()
    times.heard(Answer("", final=True, words=()), 5000)
    assert times.heard(Answer("哪", final=False, words=()), 5600) == Heard(
        "哪", final=False, start_ms=5000, end_ms=5600
    )
