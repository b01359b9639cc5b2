"""Lines of CSV: each by itself, good or rejected with its number and a reason."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from blacklists.importing.header import COLUMNS
from blacklists.importing.row import ImportRow, Rejected
from blacklists.importing.source import open_source
from blacklists.pattern import parse_pattern
from blacklists.reason import Why
from contracts.number_list import EntryKind
from contracts.verdict import Action
from tests.fixtures.import_rows import HEADER, read_file, read_line, read_text

pytestmark = pytest.mark.unit

NUMBER = parse_pattern("13800001234", EntryKind.EXACT)


def test_a_full_line_becomes_a_row_field_by_field(tmp_path: Path) -> None:
    row = read_line(
        tmp_path,
        pattern="0086 138 0000 1234",
        kind="exact",
        category=" 贷款 ",
        action="shadow:reject",
        source="市局",
        evidence='"a, ""quoted"" case"',
        valid_from="2026-01-01T00:00:00Z",
        expires_at="2027-01-01T00:00:00Z",
        review_at="2026-07-01T00:00:00Z",
        note="seen",
    )
    assert row == ImportRow(
        line=2,
        pattern=NUMBER,
        category="贷款",
        action=Action.REJECT,
        shadow=True,
        source="市局",
        evidence='a, "quoted" case',
        note="seen",
        valid_from=1767225600,
        expires_at=1798761600,
        review_at=1782864000,
        gone=False,
        text='0086 138 0000 1234,exact, 贷款 ,shadow:reject,市局,"a, ""quoted"" case",2026-01-01T00:00:00Z,'
        "2027-01-01T00:00:00Z,2026-07-01T00:00:00Z,seen",
    )


BAD = [
    ({"pattern": "1380000ABCD"}, "letters"),
    ({"pattern": "anonymous"}, "letters"),
    ({"pattern": "1.38E+10"}, "letters"),
    ({"pattern": "=1+1"}, "formula"),
    ({"pattern": "@138"}, "formula"),
    ({"pattern": "1380000\x001234"}, "control character"),
    ({"pattern": ""}, "pattern: empty"),
    ({"pattern": "1" * 10_000}, "no number"),
    ({"pattern": "1"}, "no number"),
    ({"pattern": "0", "kind": "prefix"}, "whole country"),
    ({"pattern": "00", "kind": "prefix"}, "country"),
    ({"pattern": "86", "kind": "prefix"}, "whole country"),
    ({"pattern": "+86", "kind": "prefix"}, "whole country"),
    ({"pattern": "13800009999..13800000000", "kind": "range"}, "the higher one"),
    ({"kind": "suffix"}, "kind: 'suffix'"),
    ({"category": ""}, "category: empty"),
    ({"category": "x" * 65}, "category: longer than 64"),
    ({"category": "=cmd|' /C calc'!A0"}, "category: begins with '='"),
    ({"action": ""}, "action: ''"),
    ({"action": "shadow:block"}, "action: 'shadow:block'"),
    ({"source": "+1"}, "source: begins with '+'"),
    ({"evidence": "-1"}, "evidence: begins with '-'"),
    ({"note": "@SUM(A1)"}, "note: begins with '@'"),
    ({"note": "\t=1"}, "note: holds a control character"),
    ({"note": "a\x00b"}, "note: holds a control character"),
    ({"note": "a\u202eb"}, "note: holds a control character"),
    ({"evidence": "x" * 10_000}, "evidence: longer than 1000"),
    ({"valid_from": "2026-01-01T00:00:00"}, "has no zone"),
    ({"review_at": "next week"}, "review_at: 'next week' is no date"),
    ({"expires_at": "1969-12-31"}, "is out of range"),
    ({"valid_from": "2026-02-01", "expires_at": "2026-01-01"}, "not after valid_from"),
    ({"note": "one,too many"}, "has 11 fields, the header 10"),
    ({"note": '"open'}, "quotation mark is not closed"),
    ({"note": '"a"b'}, "quotation mark"),
]


@pytest.mark.parametrize(("fields", "reason"), BAD)
def test_a_line_that_cannot_be_used_is_rejected_with_the_reason(
    tmp_path: Path, fields: dict[str, str], reason: str
) -> None:
    row = read_line(tmp_path, **fields)
    assert isinstance(row, Rejected)
    assert reason in str(row.reason)


def test_empty_fields_that_are_missing_at_the_end_of_a_line_are_empty(tmp_path: Path) -> None:
    whole, short = read_text(
        tmp_path,
        f"{','.join(COLUMNS)}\n13800001234,exact,loan,monitor,,,,,,\n13800001234,exact,loan,monitor\n",
    )
    assert isinstance(short, ImportRow)
    assert short._replace(line=2, text="") == whole._replace(text="")  # type: ignore[call-arg]


def test_a_line_that_breaks_off_before_what_it_must_say_is_rejected(tmp_path: Path) -> None:
    (row,) = read_text(tmp_path, f"{HEADER}\n13800001234,exact\n")
    assert isinstance(row, Rejected)
    assert row.reason.why is Why.EMPTY_CATEGORY


def test_a_rejected_line_is_kept_short_and_visible(tmp_path: Path) -> None:
    row = read_line(tmp_path, note="\x00" + "x" * 300)
    assert isinstance(row, Rejected)
    assert (len(row.text), "\x00" in row.text, r"\x00xxx" in row.text) == (200, False, True)


def test_a_quote_that_is_not_closed_swallows_no_other_line(tmp_path: Path) -> None:
    rows = read_text(
        tmp_path, f'{HEADER}\n13800001234,,"loan,pass\n13800001235,,loan,pass\n1380000123,,a",pass\n'
    )
    assert [isinstance(row, ImportRow) for row in rows] == [False, True, False]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_with_any_line_end(tmp_path: Path, end: str) -> None:
    lines = [HEADER, "13800001234,,loan,pass", "", "13800001235,,loan,pass"]
    rows = read_text(tmp_path, end.join(lines))
    assert [(type(row), row.line) for row in rows] == [(ImportRow, 2), (ImportRow, 4)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_keep_their_numbers_over_many_blocks(tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(end.join([HEADER.encode(), *(b"138%08d,,loan,pass" % n for n in range(40_000))]))
    rows = read_file(path)
    assert [(row.line, str(row.pattern)) for row in rows if isinstance(row, ImportRow)] == [
        (n + 2, f"+86138{n:08d}") for n in range(40_000)
    ]


def test_a_byte_order_mark_between_files_put_together_is_no_part_of_a_line(tmp_path: Path) -> None:
    (row,) = read_text(tmp_path, f"{HEADER}\n\ufeff13800001234,,loan,pass\n")
    assert isinstance(row, ImportRow)


def test_a_line_without_end_is_rejected_once_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(HEADER.encode() + b"\n" + b"1" * 1_000_000 + b"\r\n13800001234,,loan,pass\n")
    long, row = read_file(path)
    assert isinstance(long, Rejected)
    assert (long.line, str(long.reason), row.line) == (2, "longer than 65536 bytes; shorten it", 3)


def test_a_line_without_end_fills_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(HEADER.encode() + b"\n" + b"1" * 40_000_000)
    with open_source(path) as source:
        tracemalloc.start()
        try:
            rows = list(source.rows())
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert (len(rows), peak < 4_000_000) == (1, True)


def test_an_apostrophe_that_guards_a_formula_is_taken_off(tmp_path: Path) -> None:
    row = read_line(tmp_path, note="'-5 points")
    assert isinstance(row, ImportRow)
    assert row.note == "-5 points"


def test_an_apostrophe_of_a_word_stays(tmp_path: Path) -> None:
    row = read_line(tmp_path, note="'t Hooft")
    assert isinstance(row, ImportRow)
    assert row.note == "'t Hooft"


def test_marks_of_writing_direction_around_a_number_do_no_harm(tmp_path: Path) -> None:
    row = read_line(tmp_path, pattern="\u202d13800001234\u202c")
    assert isinstance(row, ImportRow)
    assert row.pattern == NUMBER


def test_landlines_without_an_area_code_belong_to_the_home_area(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{HEADER}\n8231234,,loan,pass\n")
    with open_source(path, home_area="0536") as source:
        (row,) = source.rows()
    assert isinstance(row, ImportRow)
    assert str(row.pattern) == "+865368231234"
