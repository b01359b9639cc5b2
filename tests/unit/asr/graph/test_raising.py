"""What a phrasebook says becomes more probable, all else stays as it was."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.graph.grammar import BACK_OFF, Arc, Unigrams
from asr.graph.raising import Raising

pytestmark = pytest.mark.unit

START, EMPTY, AFTER_SAFE = 1, 0, 2
SAFE, ACCOUNT, AGAINST, FRAUD = 5, 6, 7, 8
GRAMMAR = [
    Arc(START, EMPTY, BACK_OFF, 0.5).line(),
    Arc(START, EMPTY, AGAINST, 1.5).line(),
    Arc(EMPTY, AFTER_SAFE, SAFE, 2.0).line(),
    Arc(EMPTY, EMPTY, ACCOUNT, 3.0).line(),
    Arc(EMPTY, EMPTY, AGAINST, 4.0).line(),
    Arc(EMPTY, EMPTY, FRAUD, 5.0).line(),
    "0\t3\n",
    Arc(AFTER_SAFE, EMPTY, BACK_OFF, 0.7).line(),
    Arc(AFTER_SAFE, EMPTY, ACCOUNT, 1.5).line(),
    "2\n",
]
UNIGRAMS = Unigrams.read(GRAMMAR)
NEW = 3
"""The first state behind those of the grammar."""


def _raised(*stretches: list[int], weight: float = 0.5) -> list[str]:
    return list(Raising(stretches, UNIGRAMS, weight).lines(GRAMMAR))


def _arcs(lines: list[str]) -> dict[tuple[int, int], Arc]:
    """Return the arcs by state and word."""
    arcs = [arc for line in lines if (arc := Arc.read(line))]
    return {(arc.source, arc.word): arc for arc in arcs}


def test_a_word_gets_the_weighted_share_that_it_has_in_the_wordings() -> None:
    arc = _arcs(_raised([ACCOUNT], [FRAUD]))[EMPTY, ACCOUNT]
    assert arc.cost == pytest.approx(-log(exp(-3.0) + 0.5 * 0.5))


def test_a_known_pair_gets_its_share_after_the_first_word() -> None:
    arc = _arcs(_raised([SAFE, ACCOUNT], [SAFE]))[AFTER_SAFE, ACCOUNT]
    assert arc.cost == pytest.approx(-log(exp(-1.5) + 0.5 * 0.5))


def test_an_unknown_pair_starts_from_what_backing_off_cost() -> None:
    arc = _arcs(_raised([SAFE, FRAUD]))[AFTER_SAFE, FRAUD]
    assert arc.cost == pytest.approx(-log(exp(-0.7 - 5.0) + 0.5 * 1.0))


def test_a_word_that_was_no_context_becomes_one() -> None:
    arcs = _arcs(_raised([AGAINST, FRAUD]))
    assert arcs[NEW, FRAUD].cost == pytest.approx(-log(exp(-5.0) + 0.5))


def test_a_new_context_backs_off_at_no_cost() -> None:
    assert _arcs(_raised([AGAINST, FRAUD]))[NEW, BACK_OFF] == Arc(NEW, EMPTY, BACK_OFF, 0.0)


@pytest.mark.parametrize("state", [START, EMPTY])
def test_every_arc_of_a_word_leads_to_its_new_context(state: int) -> None:
    assert _arcs(_raised([AGAINST, FRAUD]))[state, AGAINST].target == NEW


def test_a_raised_pair_leads_on_to_a_new_context() -> None:
    assert _arcs(_raised([SAFE, AGAINST, FRAUD]))[AFTER_SAFE, AGAINST].target == NEW


def test_the_ends_of_sentences_stay() -> None:
    ends = [line for line in _raised([SAFE, ACCOUNT]) if Arc.read(line) is None]
    assert ends == ["0\t3\n", "2\n"]


def test_without_wordings_nothing_changes() -> None:
    assert _raised() == GRAMMAR


def test_lines_stay_sorted_by_state() -> None:
    states = [int(line.split()[0]) for line in _raised([SAFE, FRAUD], [AGAINST, FRAUD])]
    assert [state for n, state in enumerate(states) if n == 0 or states[n - 1] != state] == [1, 0, 2, 3]


@given(
    st.lists(st.lists(st.sampled_from([SAFE, ACCOUNT, AGAINST, FRAUD]), min_size=1, max_size=6), max_size=6),
    st.floats(0.001, 1),
)
def test_nothing_becomes_less_probable(stretches: list[list[int]], weight: float) -> None:
    raised = _arcs(_raised(*stretches, weight=weight))
    assert all(raised[key].cost <= arc.cost + 1e-6 for key, arc in _arcs(GRAMMAR).items())


@given(st.lists(st.sampled_from([SAFE, ACCOUNT, AGAINST, FRAUD]), min_size=1, max_size=8))
def test_no_word_stands_twice_in_a_context(stretch: list[int]) -> None:
    arcs = [arc for line in _raised(stretch) if (arc := Arc.read(line))]
    assert len({(arc.source, arc.word) for arc in arcs}) == len(arcs)
