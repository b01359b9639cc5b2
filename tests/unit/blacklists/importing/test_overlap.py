"""Prefixes and ranges of a file that ask for other actions than what they meet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from blacklists.importing.plan import ImportPlan, plan_import
from blacklists.importing.row import ImportRow
from contracts.number_list import EntryKind
from contracts.verdict import Action
from tests.fixtures.import_rows import KnownHere, import_row

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _prefix(line: int, digits: str, action: Action = Action.MONITOR) -> ImportRow:
    return import_row(line, digits, EntryKind.PREFIX, action=action)


def _range(line: int, ends: str, action: Action = Action.MONITOR) -> ImportRow:
    return import_row(line, ends, EntryKind.RANGE, action=action)


def _planned(rows: Sequence[ImportRow]) -> ImportPlan:
    plan = ImportPlan()
    for _ in plan_import(rows, KnownHere(), NOW, plan, lambda rejected: pytest.fail(str(rejected))):
        pass
    return plan


NESTED = "lies within"
CROSSING = "crosses"
WITHIN = [
    (_prefix(2, "170"), _prefix(3, "1700", Action.REJECT), 3, NESTED),
    (_prefix(2, "1700", Action.REJECT), _prefix(3, "170"), 2, NESTED),
    (_prefix(2, "170"), _range(3, "17000000000..17000000009", Action.PASS), 3, NESTED),
    (_range(2, "17000000000..17000000009"), _range(3, "17000000002..17000000005", Action.PASS), 3, NESTED),
    (_range(2, "17000000000..17000000009"), _prefix(3, "1700000000", Action.PASS), 2, NESTED),
    (_range(2, "17000000000..17000000009"), _range(3, "17000000005..17000000015", Action.PASS), 3, CROSSING),
    (_prefix(2, "1700000000"), _range(3, "17000000005..17000000015", Action.PASS), 3, CROSSING),
]


@pytest.mark.parametrize(("first", "second", "line", "how"), WITHIN)
def test_blocks_that_meet_with_other_actions_are_kept_and_told(
    first: ImportRow, second: ImportRow, line: int, how: str
) -> None:
    plan = _planned([first, second])
    assert (plan.added, [notice.line for notice in plan.notices]) == (2, [line])
    assert how in str(plan.notices[0].reason)


APART = [
    (_prefix(2, "170"), _prefix(3, "1700")),
    (_prefix(2, "170", Action.PASS), _prefix(3, "171")),
    (_range(2, "17000000000..17000000009"), _range(3, "17000000010..17000000015", Action.PASS)),
    (_range(2, "950000..959999"), _range(3, "9510000..9519999", Action.PASS)),
    (_prefix(2, "170"), import_row(3, "17100000000", action=Action.PASS)),
    (_prefix(2, "170"), import_row(3, "17000000000")),
]


@pytest.mark.parametrize(("first", "second"), APART)
def test_blocks_that_agree_or_do_not_meet_are_not_told(first: ImportRow, second: ImportRow) -> None:
    assert _planned([first, second]).notices == []


def test_a_prefix_over_single_numbers_with_another_action_is_told_once() -> None:
    rows = [import_row(line, f"170{line:08d}", action=Action.PASS) for line in range(5, 10_005)]
    plan = _planned([*rows, _prefix(20_000, "170")])
    assert [(notice.line, str(notice.reason).split(":")[0]) for notice in plan.notices] == [
        (
            20_000,
            "prefix +86170 covers 10000 single numbers of the file with another action, the first in line 5",
        )
    ]


def test_a_tombstone_under_a_prefix_is_not_told() -> None:
    assert (
        _planned([_prefix(2, "170"), import_row(3, "17000000000", action=Action.PASS, gone=True)]).flagged
        == 0
    )


def test_many_blocks_around_one_another_come_to_an_end() -> None:
    actions = (Action.PASS, Action.MONITOR)
    rows = [
        _range(line, f"170{line:08d}..170{99_999_999 - line:08d}", actions[line % 2]) for line in range(3000)
    ]
    plan = _planned(rows)
    assert (plan.flagged, len(plan.notices)) == (2999, 1000)
