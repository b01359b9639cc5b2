"""The file of rejected lines."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from blacklists.importing.rejects_file import RejectsFile
from blacklists.importing.row import reject

pytestmark = pytest.mark.unit


def test_rejected_lines_are_written_as_csv(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        rejects.add(reject(3, "a reason, with a comma", '13800001234,"贷款'))
    with (tmp_path / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["line", "reason", "text"],
            ["3", "a reason, with a comma", '13800001234,"贷款'],
        ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "'=1"])
def test_no_field_is_a_formula(tmp_path: Path, text: str) -> None:
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        rejects.add(reject(3, text, text))
    assert (tmp_path / "rejects.csv").read_text("utf-8-sig").splitlines()[1] == f"3,'{text},'{text}"


def test_no_file_is_written_where_nothing_is_rejected(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "rejects.csv") as rejects:
        assert rejects.count == 0
    assert not (tmp_path / "rejects.csv").exists()
