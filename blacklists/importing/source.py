"""A file to import: what it is, and the rows in it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from enum import StrEnum
from hashlib import file_digest
from pathlib import Path
from typing import Self

from blacklists.importing.csv_rows import CsvRows
from blacklists.importing.encoding import Encoding, detect_encoding
from blacklists.importing.limits import Limits
from blacklists.importing.lines import LineReader
from blacklists.importing.packed import GZIP, PackedFile
from blacklists.importing.phoneblock import PhoneBlockRows
from blacklists.importing.refusal import DamagedSourceError, UnknownEncodingError
from blacklists.importing.row import ImportRow, Rejected

_SNIFFED = 4096


class SourceFormat(StrEnum):
    """The makes of file that are read."""

    CSV = "csv"
    PHONEBLOCK = "phoneblock"


class Source:
    """An opened file; closed by `with`."""

    def __init__(self, file: PackedFile, limits: Limits, home_area: str) -> None:
        self._file = file
        self._limits = limits
        self._home_area = home_area
        self._phoneblock: PhoneBlockRows | None = None
        self.format = _format(file)
        self.encoding = detect_encoding(file, limits.rows + 1 if self.format is SourceFormat.CSV else None)
        if self.format is SourceFormat.PHONEBLOCK and self.encoding is not Encoding.UTF_8:
            raise UnknownEncodingError(f"{file.path}: is JSON in GB18030; save it as UTF-8")
        file.restart()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def size(self) -> int:
        """Bytes of the file as it lies on the disk."""
        return self._file.size

    @property
    def bytes_read(self) -> int:
        """Bytes of the file taken by the rows so far; `size` at the end."""
        return self._file.bytes_read

    @property
    def source_version(self) -> int | None:
        """PhoneBlock's version, once all rows have been read; None for CSV."""
        return self._phoneblock.version if self._phoneblock else None

    def rows(self) -> Iterator[ImportRow | Rejected]:
        """Return all rows from the beginning: a row or a rejection for each line that is not blank.

        Raises:
            BadHeaderError: no column names where they are due.
            DamagedSourceError: JSON that is broken, or of another form.
            SourceTooLargeError: more rows than the limits allow, or a JSON value without end.
            UnreadableSourceError: the disk failed.
        """
        self._file.restart()
        if self.format is SourceFormat.CSV:
            reader = LineReader(self._file, self.encoding, self._limits)
            return iter(CsvRows(reader, self._file.path, self._home_area, self._limits.field))
        self._phoneblock = PhoneBlockRows(self._file, self._limits, self._home_area)
        return iter(self._phoneblock)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def open_source(path: Path, limits: Limits | None = None, *, home_area: str = "") -> Source:
    """Open a list file, plain or gzip, and read it through once to see what it is and that it has an end.

    `home_area` is the area code that landlines written without one belong to.

    Raises:
        UnreadableSourceError: there is no such file, or it may not be read.
        SourceTooLargeError: beyond the limits; also a gzip file that unpacks to far more than a list would.
        DamagedSourceError: no whole gzip file, or one packed twice.
        UnknownEncodingError: UTF-16, or a workbook.
    """
    limits = limits or Limits()
    file = PackedFile(path, limits)
    try:
        return Source(file, limits, home_area)
    except BaseException:
        file.close()
        raise


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as it lies on the disk, in hexadecimal digits; OSError where it cannot."""
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _format(file: PackedFile) -> SourceFormat:
    beginning = file.read(_SNIFFED)
    if beginning.startswith(GZIP):
        raise DamagedSourceError(f"{file.path}: is packed twice; unpack it once and import that")
    beginning = beginning.removeprefix(codecs.BOM_UTF8).lstrip()
    return SourceFormat.PHONEBLOCK if beginning.startswith((b"{", b"[")) else SourceFormat.CSV
