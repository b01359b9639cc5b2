"""Which files of list entries are taken, and what is said of the others."""

from __future__ import annotations

import pytest

from changmao.list_file import COLUMNS, ListFileError, read_entries
from contracts.node_api import ListEntry
from contracts.verdict import Action

pytestmark = pytest.mark.unit

GOOD = "+8619900001111,exact,fraud,reject,2027-01-31T00:00:00+08:00"


def read(*lines: str) -> list[ListEntry]:
    return list(read_entries([",".join(COLUMNS), *lines], "police"))


def test_a_line_becomes_an_entry_of_the_list() -> None:
    (entry,) = read(GOOD)
    assert (entry.list, entry.pattern, entry.action) == ("police", "+8619900001111", Action.REJECT)
    assert entry.expires_at is not None


def test_the_same_file_gives_the_same_ids_again() -> None:
    assert read(GOOD) == read(GOOD)


def test_the_same_number_in_another_list_is_another_entry() -> None:
    (other,) = read_entries([",".join(COLUMNS), GOOD], "reports")
    assert other.id != read(GOOD)[0].id


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (GOOD.replace("reject", "shoot"), "line 2: action: Input should be 'pass'"),
        (GOOD.replace("exact", "regex"), "line 2: kind: Input should be 'exact' or 'prefix'"),
        (GOOD.replace("+08:00", ""), "line 2: expires_at: "),
        (GOOD.replace("+8619900001111", "12x"), "line 2: .*12x"),
        ("+8619900001111,exact", "line 2: 5 fields are wanted"),
    ],
)
def test_a_bad_line_is_named(line: str, says: str) -> None:
    with pytest.raises(ListFileError, match=says):
        read(line)


def test_another_header_is_refused() -> None:
    with pytest.raises(ListFileError, match="line 1: the header must be pattern,kind"):
        list(read_entries(["number"], "police"))
