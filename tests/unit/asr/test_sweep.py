"""The searches a sweep tries, as they are written into a model's settings."""

from __future__ import annotations

import pytest

from asr.bench.sweep import Search, searches

pytestmark = pytest.mark.unit

_PUBLISHED = "--min-active=200\n--max-active=5000\n--beam=12.0\n--lattice-beam=4.0\n--endpoint.rule2.x=0.5\n"


def test_a_search_replaces_the_settings_of_the_model() -> None:
    assert Search(8.0, 2.0, 3000).written_into(_PUBLISHED).splitlines() == [
        "--min-active=200",
        "--endpoint.rule2.x=0.5",
        "--beam=8.0",
        "--lattice-beam=2.0",
        "--max-active=3000",
    ]


def test_a_search_is_written_where_the_model_has_none() -> None:
    assert Search(8.0, 2.0, 3000).written_into("# plain\n").startswith("# plain\n--beam=8.0\n")


def test_the_published_search_is_among_those_tried() -> None:
    assert Search(12.0, 4.0, 5000) in searches()
