"""The file of rejected lines."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from blacklists.importing.rejects_file import RejectsFile
from blacklists.importing.row import reject
from blacklists.reason import Reason, Why

pytestmark = pytest.mark.unit


def said(words: str) -> Reason:
    return Reason(Why.PLAIN, {"text": words})


def test_rejected_lines_are_written_as_csv(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        rejects.add(reject(3, said("a reason, with a comma"), '13800001234,"贷款'))
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["line", "reason", "text"],
            ["3", "a reason, with a comma", '13800001234,"贷款'],
        ]


def test_reasons_are_told_in_the_words_asked_for(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "rejects.csv", lambda reason: f"<{reason.why}>") as rejects:
        rejects.add(reject(3, Reason(Why.SAME, {"line": 2}), "x"))
    assert (tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines()[1] == "3,<row.same>,x"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "'=1"])
def test_no_field_is_a_formula(tmp_path: Path, text: str) -> None:
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        rejects.add(reject(3, said(text), text))
    assert (tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines()[1] == f"3,'{text},'{text}"


def test_no_file_is_written_where_nothing_is_rejected(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        assert rejects.count == 0
    assert not (tmp_path / "rejects.csv").exists()
