"""The first line of a list file."""

from __future__ import annotations

from pathlib import Path

import pytest

from blacklists.importing.refusal import BadHeaderError
from blacklists.importing.row import ImportRow
from tests.fixtures.import_rows import read_text

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_columns(tmp_path: Path, delimiter: str) -> None:
    lines = ("pattern,kind,category,action,note", "13800001234,exact,loan,pass,a")
    (row,) = read_text(tmp_path, "\n".join(line.replace(",", delimiter) for line in lines))
    assert isinstance(row, ImportRow)
    assert (row.category, row.note) == ("loan", "a")


def test_columns_come_in_any_order_and_case(tmp_path: Path) -> None:
    (row,) = read_text(tmp_path, '\n\n"Action", NOTE ,Category,kind,"pattern"\npass,n,loan,,13800001234\n')
    assert isinstance(row, ImportRow)
    assert (row.line, row.category, row.note) == (4, "loan", "n")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("pattern,kind,category", r"list\.csv: line 1: column action is missing"),
        ("pattern,kind,category,action,reason", "column 'reason' is unknown"),
        ("pattern,kind,category,action,", "column '' is unknown"),
        ("pattern,kind,category,action,kind", "column kind is there 2 times"),
        ("13800001234", "names no column"),
        ('"pattern,kind', "names no column"),
        ("", "is empty"),
        ("\n \n\n", "is empty"),
    ],
)
def test_a_bad_header_is_refused_by_name(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(BadHeaderError, match=message):
        read_text(tmp_path, header)
