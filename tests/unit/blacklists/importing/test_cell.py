"""Texts that need no closer look."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blacklists.importing.cell import is_plain, read_text

pytestmark = pytest.mark.unit

LONGEST = 8


@given(st.text(min_size=1, max_size=10) | st.from_regex(r"[ =+@'-]{1,3}[a-z ]{0,3}", fullmatch=True))
def test_a_plain_text_is_read_as_it_is(text: str) -> None:
    if text.isprintable() and is_plain(text, LONGEST):
        assert read_text(text, "note", LONGEST) == text


@given(st.text("案A-1例", min_size=1, max_size=LONGEST).filter(lambda text: text[0] != "-"))
def test_ordinary_evidence_is_plain(text: str) -> None:
    assert is_plain(text, LONGEST)
