"""From characters to milliseconds."""

from __future__ import annotations

import pytest

from contracts.speech import Heard, Word
from screening.word_times import times_of

pytestmark = pytest.mark.unit

WORDS = (Word("转到", 1000, 1400), Word("安全", 1500, 1800), Word("账户", 1900, 2300))
SPOKEN = Heard("转到安全账户", final=True, start_ms=1000, end_ms=2300, words=WORDS)


@pytest.mark.parametrize(
    ("span", "times"),
    [((0, 2), (1000, 1400)), ((2, 6), (1500, 2300)), ((1, 3), (1000, 1800)), ((5, 6), (1900, 2300))],
)
def test_a_span_takes_the_times_of_the_words_it_touches(span, times):
    assert times_of(SPOKEN, span) == times


def test_without_words_time_is_shared_out_over_the_characters():
    assert times_of(Heard("转到安全账户", final=False, start_ms=1000, end_ms=2200), (2, 4)) == (1400, 1800)


def test_words_that_do_not_spell_the_text_are_not_trusted():
    odd = Heard("转到安全帐户", final=True, start_ms=0, end_ms=600, words=WORDS)
    assert times_of(odd, (2, 4)) == (200, 400)
