"""What fitting tells of the calls it was judged by."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from changmao.detection.fit_report import FitReport
from contracts.evidence import Speaker
from screening.diction import Diction
from screening.fitting.cross_validation import Count, JudgedFold
from screening.fitting.fitted_risk import RiskNumbers
from screening.phrasebook import Phrasebook
from tests.fixtures.phrasebooks import LONGER

pytestmark = pytest.mark.unit

BOOK = Phrasebook.parse(LONGER)
EDITORS = RiskNumbers.of(BOOK)
FITTED = RiskNumbers((1.75, 2.0), BOOK.model, diction=1.6)
DICTION = Diction({Speaker.CALLER: {"先垫": 2.5, "垫": 1.5, "上": -1.0}, Speaker.RESIDENT: {"柜台": -1.0}})
COUNTS = (Count(1, "benign.jsonl", is_fraud=False, calls=40, before=3, after=1),)
REPORT = FitReport(BOOK, EDITORS, FITTED, DICTION, [JudgedFold(1, COUNTS, None, None)], None)


def printed() -> str:
    console = Console(file=io.StringIO(), width=100)
    for table in REPORT.tables():
        console.print(table)
    return console.file.getvalue()  # type: ignore[attr-defined]


def row_of(heading: str) -> list[str]:
    (line,) = (line for line in printed().splitlines() if heading in line)
    return [cell.strip() for cell in line.strip("│").split("│")]


def test_machines_are_told_the_weights_that_changed() -> None:
    assert REPORT.plain()["weights"] == [{"id": "police.hook.case", "before": 1.5, "after": 1.75}]


def test_machines_are_told_of_diction_before_and_after() -> None:
    assert REPORT.plain()["diction"] == {
        "before": {"factor": 0.0, "pieces": {"caller": 0, "resident": 0}},
        "after": {"factor": 1.6, "pieces": {"caller": 3, "resident": 1}},
    }


@pytest.mark.parametrize(
    ("heading", "before", "after"),
    [
        ("times as fitted", "0", "1.6"),
        ("pieces of the caller", "0", "3"),
        ("pieces of the resident", "0", "1"),
    ],
)
def test_people_are_told_of_diction_before_and_after(heading: str, before: str, after: str) -> None:
    assert row_of(heading)[1:] == [before, after]
