"""What an import would add, change, end and reject."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from blacklists.importing.change import MOST_PATTERNS, Change, ChangeOp
from blacklists.importing.plan import SAMPLES, ImportPlan, Sample, plan_import
from blacklists.importing.row import ImportRow, Rejected
from blacklists.reason import Reason, Why
from contracts.verdict import Action
from tests.fixtures.import_rows import KnownHere, import_row, known_as

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAST, FUTURE = int(NOW.timestamp()), int(NOW.timestamp()) + 1
ROW = import_row(2, "13800001234")


class Planned:
    """A plan of rows held against the entries that stand, with all it yielded."""

    def __init__(self, rows: Sequence[ImportRow | Rejected], standing: Sequence[ImportRow] = ()) -> None:
        known = KnownHere({row.pattern: known_as(entry, row) for entry, row in enumerate(standing, 100)})
        self.plan = ImportPlan()
        self.rejected: list[Rejected] = []
        self.batches = list(plan_import(rows, known, NOW, self.plan, self.rejected.append))
        self.changes = [change for batch in self.batches for change in batch]
        self.asked = known.asked


def test_a_new_number_is_added() -> None:
    assert Planned([ROW]).changes == [Change(ChangeOp.ADDED, ROW, None)]


def test_what_stands_already_changes_nothing() -> None:
    planned = Planned([ROW], standing=[ROW])
    assert (planned.changes, planned.plan.unchanged) == ([], 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"category": "other"},
        {"action": Action.REJECT},
        {"shadow": True},
        {"source": "other"},
        {"evidence": "other"},
        {"note": "other"},
        {"valid_from": PAST},
        {"expires_at": FUTURE},
        {"review_at": FUTURE},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_difference_in_any_field_changes_the_entry(fields: dict[str, object]) -> None:
    row = ROW._replace(**fields)
    assert Planned([row], standing=[ROW]).changes == [Change(ChangeOp.CHANGED, row, 100)]


def test_a_row_that_has_expired_ends_the_entry_that_stands() -> None:
    row = ROW._replace(expires_at=PAST)
    assert Planned([row], standing=[ROW]).changes == [Change(ChangeOp.EXPIRED, row, 100)]


def test_a_row_that_expired_as_it_stands_changes_nothing() -> None:
    row = ROW._replace(expires_at=PAST)
    assert Planned([row], standing=[row]).plan.unchanged == 1


def test_a_row_that_has_expired_is_rejected_where_nothing_stands() -> None:
    planned = Planned([ROW._replace(expires_at=PAST)])
    assert [(each.line, str(each.reason)) for each in planned.rejected] == [
        (2, "expired on arrival, at 2026-03-01T00:00:00+00:00")
    ]


def test_a_row_that_expires_later_is_added() -> None:
    assert Planned([ROW._replace(expires_at=FUTURE)]).plan.added == 1


def test_a_tombstone_ends_the_entry_that_stands() -> None:
    row = ROW._replace(gone=True)
    assert Planned([row], standing=[ROW]).changes == [Change(ChangeOp.EXPIRED, row, 100)]


def test_a_tombstone_of_an_unknown_number_changes_nothing() -> None:
    planned = Planned([ROW._replace(gone=True)])
    assert (planned.changes, planned.plan.unchanged) == ([], 1)


def test_a_line_that_says_the_same_again_is_rejected_with_the_first_line() -> None:
    planned = Planned([ROW, import_row(9, "+8613800001234")])
    assert [(each.line, each.reason) for each in planned.rejected] == [(9, Reason(Why.SAME, {"line": 2}))]


def test_a_line_rejected_beside_another_is_shown_as_it_was_written() -> None:
    written = "0086 138 0000 1234,,loan,monitor,,,2026-01-01"
    planned = Planned([ROW, ROW._replace(line=9, text=written)])
    assert [each.text for each in planned.rejected] == [written]


def test_what_differs_in_writing_alone_says_the_same() -> None:
    planned = Planned([ROW, ROW._replace(line=9, text="0086 138 0000 1234,,loan,monitor")])
    assert [each.reason.why for each in planned.rejected] == [Why.SAME]


def test_rejected_lines_come_in_the_order_of_the_file() -> None:
    bad = [Rejected(line, Reason(Why.OPEN_QUOTE, {}), "x") for line in (3, 6)]
    expired = import_row(4, "13800005678", expires_at=PAST)
    planned = Planned([ROW, bad[0], expired, ROW._replace(line=5), bad[1]])
    assert [each.line for each in planned.rejected] == [3, 4, 5, 6]
    assert planned.plan.samples.rejected == planned.rejected


def test_a_line_that_says_otherwise_is_rejected_with_the_first_line() -> None:
    planned = Planned([ROW, ROW._replace(line=9, action=Action.PASS), ROW._replace(line=10)])
    assert [(each.line, str(each.reason)) for each in planned.rejected] == [
        (9, "contradicts line 2, which is taken"),
        (10, "same as line 2, which is taken"),
    ]


def test_a_repeated_line_is_found_far_from_the_first() -> None:
    rows = [import_row(line, f"138{line:08d}") for line in range(2, 20_002)]
    planned = Planned([*rows, rows[0]._replace(line=50_000), rows[12_345]._replace(line=50_001)])
    assert [str(each.reason) for each in planned.rejected] == [
        "same as line 2, which is taken",
        "same as line 12347, which is taken",
    ]


def test_rejected_lines_are_passed_on() -> None:
    rejected = Rejected(3, Reason(Why.OPEN_QUOTE, {}), "text")
    planned = Planned([ROW, rejected])
    assert (planned.rejected, planned.plan.rejected, planned.plan.samples.rejected) == (
        [rejected],
        1,
        [rejected],
    )


def test_patterns_are_asked_for_in_portions() -> None:
    count = 2 * MOST_PATTERNS + 1
    planned = Planned([import_row(line, f"138{line:08d}") for line in range(count)])
    assert (planned.asked, planned.plan.added) == ([MOST_PATTERNS, MOST_PATTERNS, 1], count)


def test_rows_that_end_among_new_ones_are_told_apart() -> None:
    rows = [import_row(line, f"138{line:08d}") for line in range(2, 5)]
    rows[1] = rows[1]._replace(expires_at=PAST)
    planned = Planned(rows)
    assert ([change.row.line for change in planned.changes], planned.plan.rejected) == ([2, 4], 1)


def test_the_first_samples_of_each_kind_are_kept_with_what_stood_before() -> None:
    rows = [import_row(line, f"138{line:08d}") for line in range(100)]
    plan = Planned([row._replace(note="new") for row in rows], standing=rows).plan
    assert (plan.changed, len(plan.samples.changed)) == (100, SAMPLES)
    assert plan.samples.changed[3] == Sample(
        Change(ChangeOp.CHANGED, rows[3]._replace(note="new"), 103), known_as(103, rows[3])
    )
