"""Numbers that a decision has cleared, in an import."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from blacklists.importing.cleared import Clearance, ClearedNumbers
from blacklists.importing.plan import ImportPlan, plan_import
from blacklists.importing.row import ImportRow, Rejected
from blacklists.pattern import parse_pattern
from contracts.number_list import EntryKind
from contracts.verdict import Action
from tests.fixtures.import_rows import KnownHere, import_row, known_as

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CLEARED = "13800001234"
REFUSAL = "cleared by removal request q7 on 2026-02-03; add it by hand with `lists add` if it must come back"


def cleared(*numbers: str) -> ClearedNumbers:
    decision = Clearance("q7", datetime(2026, 2, 3, 23, tzinfo=UTC))
    return ClearedNumbers({parse_pattern(number, EntryKind.EXACT).low: decision for number in numbers})


class Planned:
    """The plan of some rows, with all it yielded."""

    def __init__(self, *rows: ImportRow, standing: tuple[ImportRow, ...] = ()) -> None:
        known = KnownHere({row.pattern: known_as(entry, row) for entry, row in enumerate(standing, 100)})
        self.plan = ImportPlan()
        self.rejected: list[Rejected] = []
        numbers = cleared(CLEARED, "13800001235", "4001234567")
        batches = list(plan_import(rows, known, NOW, self.plan, self.rejected.append, numbers))
        self.lines = [change.row.line for batch in batches for change in batch]


def test_a_cleared_number_is_rejected_by_its_line_and_others_are_not():
    planned = Planned(import_row(2, "13800001233"), import_row(3, CLEARED))
    assert (planned.lines, [(each.line, str(each.reason)) for each in planned.rejected]) == (
        [2],
        [(3, REFUSAL)],
    )


def test_a_rejected_number_is_noticed_however_many_lines_are_rejected_before_it():
    planned = Planned(import_row(3, CLEARED))
    notices = [(each.line, str(each.reason)) for each in planned.plan.notices]
    assert (notices, planned.plan.flagged) == ([(3, REFUSAL)], 1)


def test_a_cleared_number_that_was_put_back_by_hand_may_be_changed():
    row = import_row(2, CLEARED)
    planned = Planned(row._replace(action=Action.REJECT), standing=(row,))
    assert (planned.plan.changed, planned.rejected) == (1, [])


def test_a_tombstone_of_a_cleared_number_changes_nothing():
    assert Planned(import_row(2, CLEARED, gone=True)).plan.unchanged == 1


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [
        ("138000012", EntryKind.PREFIX, 2),
        ("13800001234..13800001234", EntryKind.RANGE, 1),
        ("13800001235..13800001299", EntryKind.RANGE, 1),
        ("400", EntryKind.PREFIX, 1),
    ],
)
def test_a_block_that_covers_cleared_numbers_is_imported_and_noticed(text: str, kind: EntryKind, count: int):
    planned = Planned(import_row(2, text, kind))
    assert planned.lines == [2]
    assert [notice.line for notice in planned.plan.notices] == [2]
    assert f"covers {count} numbers cleared by decision" in str(planned.plan.notices[0].reason)


@pytest.mark.parametrize(("text", "kind"), [("1380001", EntryKind.PREFIX), ("13800001299", EntryKind.EXACT)])
def test_what_covers_no_cleared_number_is_not_noticed(text: str, kind: EntryKind):
    assert Planned(import_row(2, text, kind)).plan.flagged == 0
