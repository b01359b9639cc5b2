"""What a list file is: encodings, packing, sizes."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest

from blacklists.importing.encoding import Encoding
from blacklists.importing.limits import Limits
from blacklists.importing.refusal import (
    DamagedSourceError,
    SourceTooLargeError,
    UnknownEncodingError,
    UnreadableSourceError,
)
from blacklists.importing.row import ImportRow, Rejected
from blacklists.importing.source import open_source
from blacklists.reason import Reason, Why
from tests.fixtures.import_rows import HEADER, read_file

pytestmark = pytest.mark.unit

TEXT = f"{HEADER}\n13800001234,exact,贷款诈骗,monitor\n"


def test_a_file_in_utf8_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(TEXT.encode())
    (row,) = read_file(path)
    assert isinstance(row, ImportRow)
    assert row.category == "贷款诈骗"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "gbk"])
def test_other_encodings_of_a_file_say_the_same(tmp_path: Path, encoding: str) -> None:
    plain, other = tmp_path / "plain.csv", tmp_path / "other.csv"
    plain.write_bytes(TEXT.encode())
    other.write_bytes(TEXT.encode(encoding))
    assert read_file(other) == read_file(plain)


def test_a_packed_file_says_the_same(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain.csv", tmp_path / "list.bin"
    plain.write_bytes(TEXT.encode())
    packed.write_bytes(gzip.compress(TEXT.encode()))
    assert read_file(packed) == read_file(plain)


def test_a_file_packed_twice_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress(gzip.compress(TEXT.encode())))
    with pytest.raises(DamagedSourceError, match=r"list\.csv\.gz: is packed twice; unpack it once"):
        read_file(path)


def test_one_damaged_line_does_not_make_a_file_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(
        TEXT.encode() + b"13800001235,exact,\xff\xff,monitor\n" + "19900001234,,贷款,pass\n".encode()
    )
    with open_source(path) as source:
        assert source.encoding is Encoding.UTF_8
        first, damaged, last = source.rows()
    assert isinstance(first, ImportRow)
    assert isinstance(last, ImportRow)
    assert damaged == Rejected(3, Reason(Why.NOT_UTF_8, {"place": 19}), r"13800001235,exact,\xff\xff,monitor")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_is_refused_with_what_to_do(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(TEXT.encode(encoding))
    with pytest.raises(UnknownEncodingError, match=r"list\.csv: .*save it as UTF-8"):
        open_source(path)


def test_a_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(UnknownEncodingError, match="save the sheet as CSV"):
        open_source(path)


def test_two_gigabytes_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    with pytest.raises(SourceTooLargeError, match=r"huge\.csv: has 2147483648 bytes"):
        open_source(path)


def _bomb(path: Path, megabytes: int, line: bytes) -> None:
    block = line * (1_000_000 // len(line))
    with gzip.open(path, "wb") as file:
        for _ in range(megabytes):
            file.write(block)


def test_a_bomb_is_refused_by_name_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    _bomb(path, 40, b"0")
    tracemalloc.start()
    try:
        with pytest.raises(SourceTooLargeError, match=r"bomb\.csv\.gz: unpacks to more than 200 times"):
            open_source(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000


def test_a_packed_file_may_not_unpack_beyond_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode() * 100))
    with pytest.raises(SourceTooLargeError, match="unpacks to more than 1000 bytes"):
        open_source(path, Limits(unpacked=1000))


def test_a_packed_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode() * 100)[:-20])
    with pytest.raises(DamagedSourceError, match="no whole gzip file"):
        open_source(path)


def test_too_many_lines_are_refused_before_any_is_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(TEXT.encode() + b"\n" * 20)
    with pytest.raises(SourceTooLargeError, match="more than 11 lines"):
        open_source(path, Limits(rows=10))


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableSourceError):
        open_source(tmp_path / name)


def test_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode() * 10_000))
    with open_source(path) as source:
        before = source.bytes_read
        for _ in source.rows():
            pass
        assert (before, source.bytes_read) == (0, source.size)


def test_rows_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    with open_source(path) as source:
        assert list(source.rows()) == list(source.rows())
