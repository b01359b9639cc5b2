"""What names a list file on the wire becomes a file's name: nothing but a hash comes through."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from contracts.node_api import ListFileRef

pytestmark = pytest.mark.unit

HASH = "0123456789abcdef" * 4


def test_a_hash_in_lower_case_names_a_list_file():
    assert ListFileRef(sha256=HASH, size=1, release=0).sha256 == HASH


@pytest.mark.parametrize("name", ["", "../../x", HASH[1:], HASH + "0", HASH.upper(), HASH + "\n", "/" * 64])
def test_what_is_no_hash_names_no_list_file(name):
    with pytest.raises(ValidationError, match="sha256"):
        ListFileRef(sha256=name, size=1, release=0)


@pytest.mark.parametrize("size", [0, -1])
def test_a_list_file_has_at_least_one_byte(size):
    with pytest.raises(ValidationError, match="size"):
        ListFileRef(sha256=HASH, size=size, release=0)
