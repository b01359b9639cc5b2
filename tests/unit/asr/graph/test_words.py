"""The numbers of a model's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from asr.errors import GrammarError
from asr.graph.compilation import read_words

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("separator", [" ", "\t"])
def test_each_word_has_its_number(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "words.txt"
    path.write_text(f"<eps>{separator}0\n安全{separator}99976\n", encoding="utf-8")
    assert read_words(path) == {"<eps>": 0, "安全": 99976}


@pytest.mark.parametrize("line", ["安全", "安全\tmany", " 5"])
def test_a_line_without_word_or_number_is_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / "words.txt"
    path.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(GrammarError, match="among its words"):
        read_words(path)
