"""Whatever is given for a phrasebook is read or refused by name, in bounded time."""

from __future__ import annotations

from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.phrasebook import MOST_PHRASES, Phrasebook, shipped_text
from screening.phrasebook_fault import BadPhrasebookError, FaultKind
from screening.phrasebook_yaml import LARGEST_BYTES
from screening.word_class import MOST_WORDS
from tests.fixtures.phrasebooks import LONGER, WORDED

pytestmark = pytest.mark.unit

ANY_TEXT = st.text(st.characters(), max_size=200)
"""Half surrogate pairs and control characters too."""


@given(ANY_TEXT)
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(BadPhrasebookError):
        Phrasebook.parse(text)


@given(st.sampled_from([LONGER, WORDED]), ANY_TEXT, st.integers(0, len(WORDED)), st.integers(0, 10))
@settings(max_examples=300)
def test_any_slip_of_an_editor_is_read_or_refused(book: str, text: str, at: int, lost: int) -> None:
    with suppress(BadPhrasebookError):
        Phrasebook.parse(book[:at] + text + book[at + lost :])


@given(st.integers(0, LONGER.index("phrases:")))
def test_faults_of_a_text_cut_short_lie_within_it(cut: int) -> None:
    with pytest.raises(BadPhrasebookError) as refused:
        Phrasebook.parse(LONGER[:cut])
    lines = LONGER[:cut].count("\n") + 1
    assert all(1 <= fault.line <= lines for fault in refused.value.faults)


def test_the_largest_phrasebook_is_read_in_bounded_time() -> None:
    row = "- {{id: p{n}, wordings: [{wordings}], stage: ask, weight: 1}}\n"
    digits = str.maketrans("0123456789", "零一二三四五六七八九")
    rows = (
        row.format(n=n, wordings=", ".join(f"转到第{f'{n * 50 + w}'.translate(digits)}号" for w in range(20)))
        for n in range(MOST_PHRASES)
    )
    text = 'version: "1"\nphrases:\n' + "".join(rows)
    text = text.encode()[:LARGEST_BYTES].decode(errors="ignore").rpartition("\n")[0]
    began = process_time()
    Phrasebook.parse(text)
    assert process_time() - began < 10


def test_the_shipped_phrasebook_is_far_from_the_bounds() -> None:
    assert len(shipped_text().encode()) * 2 < LARGEST_BYTES


WORDS_BEYOND_NUMBER = {
    "one class a thousand times": [
        "words:\n",
        f"  b: [{', '.join(f'一{n}' for n in range(10_000))}]\n",
        *(f'  a{n}: ["{{b}}"]\n' for n in range(10_000)),
    ],
    "one class by itself": ["words:\n", f"  b: [{', '.join(['嗯'] * 150_000)}]\n"],
}


@pytest.mark.parametrize("name", WORDS_BEYOND_NUMBER)
def test_more_words_than_anybody_writes_are_refused_before_they_are_put_together(name: str) -> None:
    text = "".join(WORDS_BEYOND_NUMBER[name]) + LONGER
    began = process_time()
    with pytest.raises(BadPhrasebookError) as refused:
        Phrasebook.parse(text)
    assert [fault.kind for fault in refused.value.faults] == [FaultKind.TOO_LARGE]
    assert process_time() - began < 10


def test_faults_of_many_words_are_told_in_bounded_time() -> None:
    words = f"words:\n  b: [{', '.join(['嗯'] * MOST_WORDS)}]\n"
    began = process_time()
    with pytest.raises(BadPhrasebookError, match=f"and {MOST_WORDS - 20 + MOST_WORDS - 1} more"):
        Phrasebook.parse(words + LONGER)
    assert process_time() - began < 10
