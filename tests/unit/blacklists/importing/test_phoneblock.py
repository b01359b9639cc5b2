"""PhoneBlock's block lists."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from blacklists.importing.limits import Limits
from blacklists.importing.phoneblock import CATEGORIES
from blacklists.importing.refusal import DamagedSourceError, SourceTooLargeError, UnknownEncodingError
from blacklists.importing.row import ImportRow, Rejected
from blacklists.importing.source import SourceFormat, open_source
from contracts.verdict import Action
from tests.fixtures.import_rows import read_file

pytestmark = pytest.mark.unit

NUMBER = {"phone": "+8613800001234", "votes": 5, "rating": "G_FRAUD", "lastActivity": 1772323200000}


def _write(folder: Path, document: Any) -> Path:
    path = folder / "blocklist.json"
    path.write_text(json.dumps(document, ensure_ascii=False))
    return path


def _row_of(folder: Path, **fields: Any) -> ImportRow | Rejected:
    (row,) = read_file(_write(folder, {"version": 7, "numbers": [NUMBER | fields]}))
    return row


def test_a_number_becomes_a_row(tmp_path: Path) -> None:
    row = _row_of(tmp_path)
    assert isinstance(row, ImportRow)
    assert (row.line, str(row.pattern), row.category, row.action, row.gone) == (
        1,
        "+8613800001234",
        "fraud",
        Action.MONITOR,
        False,
    )


def test_votes_and_last_activity_are_the_evidence(tmp_path: Path) -> None:
    row = _row_of(tmp_path)
    assert isinstance(row, ImportRow)
    assert row.evidence == "5 votes, the last on 2026-03-01"


@pytest.mark.parametrize(("rating", "category"), CATEGORIES.items())
def test_a_rating_is_a_category(tmp_path: Path, rating: str, category: str) -> None:
    row = _row_of(tmp_path, rating=rating)
    assert isinstance(row, ImportRow)
    assert row.category == category


@pytest.mark.parametrize("fields", [{"votes": 0}, {"votes": 0, "rating": None}, {"rating": "A_LEGITIMATE"}])
def test_what_is_on_the_list_no_more_is_a_tombstone(tmp_path: Path, fields: dict[str, Any]) -> None:
    row = _row_of(tmp_path, **fields)
    assert isinstance(row, ImportRow)
    assert row.gone


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"phone": "ANONYMOUS"}, "letters"),
        ({"phone": None}, "phone: "),
        ({"votes": "5"}, "votes: "),
        ({"votes": True}, "votes: "),
        ({"votes": 1.5}, "votes: "),
        ({"rating": "H_NEW"}, "rating: 'H_NEW'"),
        ({"rating": ["G_FRAUD"]}, "rating: "),
    ],
)
def test_a_number_that_cannot_be_used_is_rejected(
    tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    row = _row_of(tmp_path, **fields)
    assert isinstance(row, Rejected)
    assert reason in str(row.reason)


def test_what_is_no_number_at_all_is_rejected_in_its_place(tmp_path: Path) -> None:
    rows = read_file(_write(tmp_path, {"numbers": [NUMBER, 5, NUMBER, {"phone": {"votes": 1}}]}))
    assert [(row.line, type(row)) for row in rows] == [
        (1, ImportRow),
        (2, Rejected),
        (3, ImportRow),
        (4, Rejected),
    ]


@pytest.mark.parametrize(
    "document", [{"version": 7, "numbers": [NUMBER]}, {"numbers": [NUMBER], "version": 7}]
)
def test_the_version_of_the_list_is_known_at_the_end(tmp_path: Path, document: Any) -> None:
    with open_source(_write(tmp_path, document)) as source:
        assert len(list(source.rows())) == 1
        assert (source.format, source.source_version) == (SourceFormat.PHONEBLOCK, 7)


def test_a_list_with_a_byte_order_mark_is_read_packed_or_not(tmp_path: Path) -> None:
    path = tmp_path / "blocklist.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"numbers": [NUMBER]}).encode("utf-8-sig")))
    assert len(read_file(path)) == 1


@pytest.mark.parametrize(
    "text", ["{", "[]", "[1, 2]", "{}", '{"numbers": {}}', '{"numbers": [}', "{} {}", '{"numbers": [1e999]']
)
def test_what_is_no_block_list_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "blocklist.json"
    path.write_text(text)
    with pytest.raises(DamagedSourceError, match=r"blocklist\.json"):
        read_file(path)


def test_a_block_list_in_gb18030_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "blocklist.json"
    path.write_bytes('{"note": "贷款"}'.encode("gb18030"))
    with pytest.raises(UnknownEncodingError):
        open_source(path)


@pytest.mark.parametrize("filling", [b"x", b'\\"'])
def test_a_value_without_end_is_refused(tmp_path: Path, filling: bytes) -> None:
    path = tmp_path / "blocklist.json"
    path.write_bytes(b'{"numbers": [{"phone": "' + filling * 300_000)
    with pytest.raises(SourceTooLargeError, match="value of more than"):
        read_file(path)


def test_too_many_numbers_are_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, {"numbers": [NUMBER] * 11})
    with (
        open_source(path, Limits(rows=10)) as source,
        pytest.raises(SourceTooLargeError, match="more than 10"),
    ):
        list(source.rows())
