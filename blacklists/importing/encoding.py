"""Which encoding a file is in, told from all of its bytes."""

from __future__ import annotations

import codecs
from enum import StrEnum

from blacklists.importing.packed import PackedFile
from blacklists.importing.refusal import SourceTooLargeError, UnknownEncodingError

_ARCHIVE = b"PK\x03\x04"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Encoding(StrEnum):
    """The encodings that are read, by Python's names for them."""

    UTF_8 = "utf-8"
    GB18030 = "gb18030"
    """Holds GBK and GB 2312 within itself."""


def detect_encoding(file: PackedFile, most_lines: int | None) -> Encoding:
    """Read a file through and return its encoding; leaves the file at its end.

    GB18030 only where all of it is that and not all of it is UTF-8. What is neither is taken for UTF-8 with
    damaged lines.

    Raises:
        UnknownEncodingError: UTF-16, or a workbook.
        SourceTooLargeError: too many lines, or what PackedFile raises.
    """
    for encoding in Encoding:
        file.restart()
        if _decodes(file, encoding, most_lines):
            return encoding
    return Encoding.UTF_8


def _decodes(file: PackedFile, encoding: Encoding, most_lines: int | None) -> bool:
    # Reads on after the first damage, so that all limits are looked at before any line is.
    decoder = codecs.getincrementaldecoder(encoding)()
    good, lines, first = True, 0, True
    for chunk in file.chunks():
        if first:
            _refuse_others(file, chunk)
            first = False
        lines += max(chunk.count(b"\n"), chunk.count(b"\r"))
        if most_lines is not None and lines > most_lines:
            raise SourceTooLargeError(
                f"{file.path}: has more than {most_lines} lines; split it into several files"
            )
        good = good and _takes(decoder, chunk)
    return good and _takes(decoder, b"", final=True)


def _takes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_others(file: PackedFile, beginning: bytes) -> None:
    if beginning.startswith(_UTF16) or _alternates_with_zeros(beginning[:16]):
        raise UnknownEncodingError(f"{file.path}: is UTF-16; save it as UTF-8 (iconv -f UTF-16 -t UTF-8)")
    if beginning.startswith(_ARCHIVE):
        raise UnknownEncodingError(
            f"{file.path}: is a workbook or a zip archive; save the sheet as CSV in UTF-8, or unpack it"
        )


def _alternates_with_zeros(beginning: bytes) -> bool:
    even, odd = beginning[::2], beginning[1::2]
    return len(odd) > 1 and ((not any(odd) and all(even)) or (not any(even) and all(odd)))
