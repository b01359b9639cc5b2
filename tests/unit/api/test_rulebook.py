"""The rules that come as files, as they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.rulebook import read_phrasebook
from tests.fixtures.phrasebooks import ORIGINAL

pytestmark = pytest.mark.unit


def test_a_byte_order_mark_is_no_part_of_the_phrasebook(tmp_path: Path) -> None:
    file = tmp_path / "phrases.yaml"
    file.write_text(ORIGINAL, encoding="utf-8-sig")
    assert read_phrasebook(file) == ORIGINAL
