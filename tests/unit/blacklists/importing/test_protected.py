"""Lines of a file against protected codes, and prefixes that are whole countries, are told and imported."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from blacklists.importing.plan import ImportPlan, plan_import
from blacklists.importing.row import ImportRow
from contracts.number_list import EntryKind
from contracts.verdict import Action
from tests.fixtures.import_rows import KnownHere, import_row

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PREFIX, RANGE = EntryKind.PREFIX, EntryKind.RANGE


def planned(*rows: ImportRow) -> ImportPlan:
    plan = ImportPlan()
    for _ in plan_import(rows, KnownHere(), NOW, plan, lambda rejected: pytest.fail(str(rejected))):
        pass
    return plan


def told(*rows: ImportRow) -> list[tuple[int, str]]:
    return [(notice.line, str(notice.reason)) for notice in planned(*rows).notices]


@pytest.mark.parametrize("code", ["110", "96110", "12345", "95588"])
@pytest.mark.parametrize("action", [Action.MONITOR, Action.DIVERT, Action.REJECT])
def test_a_code_to_be_kept_off_contradicts_the_protected_class(code: str, action: Action) -> None:
    ((line, reason),) = told(import_row(2, "19900000001"), import_row(3, code, action=action))
    assert (line, reason.startswith(f"{code} is a protected code ("), f"{action} contradicts" in reason) == (
        3,
        True,
        True,
    )


def test_a_code_to_be_kept_off_is_imported_all_the_same() -> None:
    assert planned(import_row(2, "110", action=Action.REJECT)).added == 1


@pytest.mark.parametrize(
    "row",
    [
        import_row(2, "110", action=Action.PASS),
        import_row(2, "110", action=Action.INDICATE),
        import_row(2, "110", action=Action.REJECT, shadow=True),
        import_row(2, "114", action=Action.REJECT),
        import_row(2, "+8615095588000", action=Action.REJECT),
        import_row(2, "400", PREFIX, action=Action.REJECT),
        import_row(2, "95", PREFIX, action=Action.PASS),
        import_row(2, "0085223", PREFIX, action=Action.REJECT),
        import_row(2, "0086170", PREFIX, action=Action.REJECT),
        import_row(2, "0086102", PREFIX, action=Action.REJECT),
        import_row(2, "05368", PREFIX, action=Action.REJECT),
        import_row(2, "13800000000..13899999999", RANGE, action=Action.REJECT),
    ],
)
def test_nothing_is_told_of_other_lines(row: ImportRow) -> None:
    assert told(row) == []


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (import_row(2, "955", PREFIX, action=Action.REJECT), "covers 100 protected codes, the first 95500"),
        (import_row(2, "12", PREFIX), "covers 6 protected codes, the first 120"),
        (import_row(2, "95580..95589", RANGE), "covers 10 protected codes, the first 95580"),
    ],
)
def test_a_block_over_protected_codes_is_told_with_their_count(row: ImportRow, what: str) -> None:
    ((line, reason),) = told(row)
    assert (line, what in reason) == (2, True)


@pytest.mark.parametrize(
    ("prefix", "region"), [("00852", "HK"), ("+1", "US"), ("00855", "KH"), ("007", "RU")]
)
@pytest.mark.parametrize("action", Action)
def test_a_whole_country_is_told_whatever_is_asked_for_it(prefix: str, region: str, action: Action) -> None:
    ((line, reason),) = told(import_row(2, prefix, PREFIX, action=action))
    assert (line, "every number of a country" in reason, region in reason) == (2, True, True)


@pytest.mark.parametrize(
    ("block", "kind", "millions"),
    [
        ("13", PREFIX, 1000),
        ("010", PREFIX, 100),
        ("021", PREFIX, 100),
        ("0536", PREFIX, 100),
        ("008631", PREFIX, 1000),
        ("13800000000..13900000000", RANGE, 101),
    ],
)
def test_a_block_of_very_many_numbers_is_told_with_how_many(
    block: str, kind: EntryKind, millions: int
) -> None:
    ((line, reason),) = told(import_row(2, block, kind, action=Action.PASS))
    assert (line, f"covers up to {millions} million numbers" in reason) == (2, True)


def test_an_ended_entry_of_a_code_is_not_told() -> None:
    row = import_row(2, "110", gone=True)
    plan = ImportPlan()
    for _ in plan_import([row], KnownHere(), NOW, plan, lambda _: None):
        pass
    assert plan.notices == []
