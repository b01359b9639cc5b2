"""A search as it is written: by people, and in a model's settings."""

from __future__ import annotations

import pytest

from asr.search import Search
from contracts.errors import BadInputError

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


def test_a_search_is_read_as_it_is_asked_for() -> None:
    assert Search.read("10,2.5,3000") == Search(10.0, 2.5, 3000)


@pytest.mark.parametrize("text", ["", "10", "10,2", "10,2,3000,1", "a,2,3000", "1.2.3,2,3000", "10,2,3e3"])
def test_what_is_no_search_is_refused(text: str) -> None:
    with pytest.raises(BadInputError, match="12,4,5000"):
        Search.read(text)
