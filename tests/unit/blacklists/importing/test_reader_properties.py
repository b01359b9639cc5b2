"""Any bytes at all: documented errors alone, and each line comes out once."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blacklists.importing.limits import Limits
from blacklists.importing.refusal import (
    BadHeaderError,
    DamagedSourceError,
    SourceTooLargeError,
    UnknownEncodingError,
)
from blacklists.importing.row import LONGEST_TEXT, ImportRow, Rejected
from blacklists.importing.source import open_source
from tests.fixtures.import_rows import HEADER

pytestmark = pytest.mark.unit

REFUSED = (BadHeaderError, DamagedSourceError, SourceTooLargeError, UnknownEncodingError)
SMALL = Limits(line=80, rows=1000)
CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "13800001234",
        "0086170",
        "exact",
        "prefix",
        "range",
        "loan",
        "reject",
        '"',
        "..",
        "2026-01-01",
        "0",
        "=1",
    ]
)
LINES = st.lists(CELLS, min_size=1, max_size=6).map(",".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["phone", "votes", "rating", "numbers", "version"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def _read(content: bytes, limits: Limits) -> list[ImportRow | Rejected]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(content)
        with open_source(path, limits) as source:
            return list(source.rows())


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"{", b'{"numbers":[', b"\x1f\x8b", HEADER.encode() + b"\n"]),
)
@example(b'"phone":"\\ud800"}]}', b'{"numbers":[{')
@example(b"1" * 5000 + b"]}", b'{"numbers":[')
def test_any_bytes_are_read_or_refused(content: bytes, beginning: bytes) -> None:
    for limits in (SMALL, Limits()):
        try:
            rows = _read(beginning + content, limits)
        except REFUSED:
            continue
        assert all(len(row.text) <= LONGEST_TEXT for row in rows if isinstance(row, Rejected))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(LINES, max_size=12),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
    st.sampled_from([bytes, gzip.compress]),
)
def test_every_line_that_is_not_blank_is_a_row_or_rejected(
    lines: list[str], end: bytes, packed: Callable[[bytes], bytes]
) -> None:
    content = end.join([HEADER.encode(), *(line.encode() for line in lines)])
    physical = [raw.decode().removeprefix("\ufeff") for raw in content.splitlines()]
    expected = [number for number, line in enumerate(physical, 1) if number > 1 and line.strip()]
    rows = _read(packed(content), SMALL)
    assert [row.line for row in rows] == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=100).filter(lambda raw: not set(raw) & set(b"\r\n")), max_size=8))
def test_every_line_of_any_bytes_is_a_row_or_rejected(lines: list[bytes]) -> None:
    # What is neither encoding is UTF-8 with damaged lines.
    rows = _read(b"\n".join([HEADER.encode(), b"\xff\xff\xff", *(b"x" + line for line in lines)]), SMALL)
    assert [row.line for row in rows] == list(range(2, 3 + len(lines)))


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused(document: object) -> None:
    try:
        rows = _read(json.dumps({"numbers": document}).encode(), Limits())
    except REFUSED:
        return
    assert [row.line for row in rows] == list(range(1, len(rows) + 1))
