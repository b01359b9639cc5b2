"""The physical lines of a file, each by itself: LF, CRLF or CR ends one, whatever quotes are open."""

from __future__ import annotations

from collections.abc import Iterator

from blacklists.importing.encoding import Encoding
from blacklists.importing.limits import Limits
from blacklists.importing.packed import PackedFile
from blacklists.importing.row import LONGEST_TEXT, Rejected, reject
from blacklists.reason import Reason, Why

_MARK = "\ufeff"
# Enough for LONGEST_TEXT characters in either encoding.
_KEPT = 4 * (LONGEST_TEXT + 1)

Lines = list[str | Rejected]


class LineReader:
    """Reads lines in blocks; what cannot be a line comes as its rejection.

    A byte order mark at the beginning of any line is taken off: files that were put together have them.
    """

    def __init__(self, file: PackedFile, encoding: Encoding, limits: Limits) -> None:
        self._file = file
        self._encoding = encoding
        self._longest = limits.line

    def blocks(self) -> Iterator[tuple[int, Lines]]:
        """Yield the number of a block's first line, from 1, and its lines without their ends."""
        number = 1
        for raw in self._raw_blocks():
            yield number, self._decoded(number, raw)
            number += len(raw)

    def _raw_blocks(self) -> Iterator[list[bytes]]:
        rest, skipping = b"", False
        for chunk in self._file.chunks():
            if skipping:
                end = _first_end(chunk)
                if end < 0:
                    continue
                # What is kept of the long line stands before its end, and makes it one line of this block.
                chunk = chunk[end:]  # noqa: PLW2901 (the rest of the chunk is dropped)
                skipping = False
            data = rest + chunk
            end = _last_end(data)
            whole, rest = data[:end], data[end:]
            if whole:
                yield whole.splitlines()
            if len(rest) > self._longest:
                # One line without end must not fill the memory; a CR has ended it, whatever follows.
                skipping = not rest.endswith(b"\r")
                rest = rest[: self._longest + 1] + (b"" if skipping else b"\r")
        if rest:
            yield rest.splitlines()

    def _decoded(self, first: int, raw: list[bytes]) -> Lines:
        if max(map(len, raw)) <= self._longest:
            try:
                text = b"\n".join(raw).decode(self._encoding)
            except UnicodeDecodeError:
                pass
            else:
                lines = text.split("\n")
                return [line.removeprefix(_MARK) for line in lines] if _MARK in text else [*lines]
        return [self._line(number, line) for number, line in enumerate(raw, first)]

    def _line(self, number: int, raw: bytes) -> str | Rejected:
        if len(raw) > self._longest:
            beginning = raw[:_KEPT].decode(self._encoding, "backslashreplace")
            return reject(number, Reason(Why.LINE_TOO_LONG, {"most": self._longest}), beginning)
        try:
            return raw.decode(self._encoding).removeprefix(_MARK)
        except UnicodeDecodeError as error:
            damaged = raw[:_KEPT].decode(self._encoding, "backslashreplace")
            return reject(number, Reason(Why.NOT_UTF_8, {"place": error.start + 1}), damaged)


def _first_end(data: bytes) -> int:
    ends = [place for place in (data.find(b"\n"), data.find(b"\r")) if place >= 0]
    return min(ends, default=-1)


def _last_end(data: bytes) -> int:
    # A CR that ends the data may be half of a CRLF: it waits for what follows.
    return max(data.rfind(b"\n"), data.rfind(b"\r", 0, len(data) - 1)) + 1
