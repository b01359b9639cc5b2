"""The searches a sweep tries."""

from __future__ import annotations

import pytest

from asr.bench.sweep import searches
from asr.search import Search

pytestmark = pytest.mark.unit


def test_the_published_search_is_among_those_tried() -> None:
    assert Search(12.0, 4.0, 5000) in searches()
