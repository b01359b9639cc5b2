"""Reading a grammar as OpenFst prints it."""

from __future__ import annotations

import pytest

from asr.errors import GrammarError
from asr.graph.grammar import Arc, Unigrams

pytestmark = pytest.mark.unit

GRAMMAR = [
    "1\t0\t0\t0\t0.5\n",
    "1\t2\t5\t5\t1\n",
    "0\t2\t5\t5\t2\n",
    "0\t0\t6\t6\n",
    "0\t3\n",
    "2\t0\t0\t0\t0.7\n",
]
"""The beginning of a sentence is state 1, the empty context 0, and 2 the context of word 5."""


def test_an_arc_is_read() -> None:
    assert Arc.read("1\t2\t5\t5\t1.25\n") == Arc(source=1, target=2, word=5, cost=1.25)


def test_an_arc_is_written_as_it_was_read() -> None:
    line = "57405\t86\t3\t3\t10.9398232\n"
    arc = Arc.read(line)
    assert arc is not None
    assert arc.line() == line


def test_a_cost_that_is_not_printed_is_0() -> None:
    assert Arc.read("1\t2\t5\t5\n") == Arc(1, 2, 5, 0.0)


@pytest.mark.parametrize("line", ["7\n", "7\t1.5\n"])
def test_the_end_of_a_sentence_is_no_arc(line: str) -> None:
    assert Arc.read(line) is None


@pytest.mark.parametrize("line", ["1\t2\tword\tword\t1\n", "1\t2\t5\t5\tmuch\n", "1\t2\t5\n"])
def test_a_line_that_is_no_arc_is_told(line: str) -> None:
    with pytest.raises(GrammarError, match="no arc"):
        Arc.read(line)


def test_an_arc_that_turns_a_word_into_another_is_refused() -> None:
    with pytest.raises(GrammarError, match="turns word 5 into 6"):
        Arc.read("1\t2\t5\t6\t1\n")


def test_the_empty_context_is_where_the_beginning_backs_off_to() -> None:
    assert Unigrams.read(GRAMMAR).state == 0


def test_words_without_context_are_found() -> None:
    assert Unigrams.read(GRAMMAR).arcs == {5: Arc(0, 2, 5, 2.0), 6: Arc(0, 0, 6, 0.0)}


def test_contexts_are_counted() -> None:
    assert Unigrams.read(GRAMMAR).states == 3


@pytest.mark.parametrize("lines", [[], ["1\t2\t5\t5\t1\n", "2\n"]])
def test_what_never_backs_off_is_no_n_gram_grammar(lines: list[str]) -> None:
    with pytest.raises(GrammarError, match="only an n-gram grammar"):
        Unigrams.read(lines)
