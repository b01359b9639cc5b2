"""Transcript lines cut at their matches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.highlighting import Mark, Piece, cut

pytestmark = pytest.mark.unit

marks = st.lists(
    st.builds(Mark, st.integers(-5, 30), st.integers(-5, 30), st.sampled_from("甲乙丙")), max_size=6
)


def test_a_line_without_marks_is_one_plain_piece():
    assert cut("我是公安局", ()) == (Piece("我是公安局"),)


def test_a_mark_cuts_the_line_in_three():
    pieces = cut("请转到安全账户谢谢", [Mark(3, 7, "索取")])
    assert pieces == (Piece("请转到"), Piece("安全账户", "索取"), Piece("谢谢"))


def test_overlapping_marks_join_their_reasons():
    pieces = cut("安全账户", [Mark(0, 3, "甲"), Mark(2, 4, "乙")])
    assert pieces == (Piece("安全", "甲"), Piece("账", "甲；乙"), Piece("户", "乙"))


def test_an_empty_line_has_no_pieces():
    assert cut("", [Mark(0, 2, "甲")]) == ()


@given(st.text(max_size=25), marks)
def test_no_character_is_lost_or_added_whatever_the_marks(text: str, found: list[Mark]):
    assert "".join(piece.text for piece in cut(text, found)) == text


@given(st.text(max_size=25), marks)
def test_no_piece_is_empty(text: str, found: list[Mark]):
    assert all(piece.text for piece in cut(text, found))
