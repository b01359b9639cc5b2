"""Lists written for spreadsheets, and read again."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blacklists.export import open_export, write_csv
from blacklists.importing.plan import ImportPlan, plan_import
from blacklists.importing.row import ImportRow, has_invisible
from blacklists.importing.source import open_source
from blacklists.pattern import BadPatternError, Pattern, parse_pattern
from contracts.number_list import EntryKind
from contracts.verdict import Action
from tests.fixtures.import_rows import KnownHere, import_row, known_as

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def _parsed(text: str, kind: EntryKind) -> Pattern | None:
    try:
        return parse_pattern(text, kind)
    except BadPatternError:
        return None


DIGITS = st.text("0123456789", min_size=2, max_size=12)
FORMS = st.builds(str.__add__, st.sampled_from(["", "+", "00", "+86", "0", "1", "4", "95"]), DIGITS)
RANGES = st.builds(
    "{}..{}".format, st.integers(13800000000, 13800000999), st.integers(13800001000, 13899999999)
)
PATTERNS = (
    st.builds(_parsed, FORMS, st.sampled_from([EntryKind.EXACT, EntryKind.PREFIX]))
    | st.builds(_parsed, RANGES, st.just(EntryKind.RANGE))
).filter(lambda pattern: pattern is not None)
TEXTS = (
    (
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
        | st.builds(str.__add__, st.sampled_from("=+-@'\""), st.text("=+-@'\", a", max_size=5))
    )
    .map(str.strip)
    .filter(lambda text: not has_invisible(text))
)
TIMES = st.just(0) | st.integers(1, 253_402_300_799)
ENTRIES = st.builds(
    ImportRow,
    line=st.just(2),
    pattern=PATTERNS,
    category=TEXTS.filter(bool),
    action=st.sampled_from(Action),
    shadow=st.booleans(),
    source=TEXTS,
    evidence=TEXTS,
    note=TEXTS,
    valid_from=st.just(0),
    expires_at=TIMES,
    review_at=TIMES,
    gone=st.sampled_from([False]),
)


def _imported_again(entries: Sequence[ImportRow], name: str) -> ImportPlan:
    known = KnownHere({entry.pattern: known_as(n, entry) for n, entry in enumerate(entries)})
    plan = ImportPlan()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        with open_export(path) as file:
            write_csv(entries, file)
        with open_source(path) as source:
            for _ in plan_import(source.rows(), known, NOW, plan, lambda _: None):
                pass
    return plan


@settings(max_examples=300, deadline=None)
@given(
    st.lists(ENTRIES, max_size=5, unique_by=lambda entry: entry.pattern),
    st.sampled_from(["a.csv", "a.csv.gz"]),
)
@example([import_row(2, "13800001234", note="'-1")], "a.csv")
def test_what_is_exported_and_imported_again_changes_nothing(entries: list[ImportRow], name: str) -> None:
    plan = _imported_again(entries, name)
    assert (plan.unchanged, plan.samples.rejected, plan.samples.changed) == (len(entries), [], [])


@settings(deadline=None)
@given(st.lists(ENTRIES, max_size=5))
def test_no_field_of_an_export_is_a_formula(entries: list[ImportRow]) -> None:
    file = io.StringIO(newline="")
    write_csv(entries, file)
    file.seek(0)
    cells = [cell for line in csv.reader(file) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_line_break_in_a_text_makes_no_second_line() -> None:
    file = io.StringIO(newline="")
    write_csv([import_row(2, "13800001234", note="one\r\ntwo")], file)
    assert file.getvalue().splitlines()[1:] == ["008613800001234,exact,loan,monitor,,,,,,one  two"]


def test_a_packed_export_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a.csv.gz", "b.csv.gz"):
        with open_export(tmp_path / name) as file:
            write_csv([import_row(2, "13800001234")], file)
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()
