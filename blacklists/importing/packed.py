"""The bytes of a file, unpacked where it is gzip, within the limits."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from blacklists.importing.limits import Limits
from blacklists.importing.refusal import DamagedSourceError, SourceTooLargeError, UnreadableSourceError

CHUNK = 256 * 1024
"""Bytes read at once."""

GZIP = b"\x1f\x8b"
"""What a gzip file begins with (RFC 1952 section 2.3.1)."""


class PackedFile:
    """A file that is read from its beginning, once or again.

    Raises:
        UnreadableSourceError: there is no such file, or it may not be read.
        SourceTooLargeError: at once where the file itself is too large, else on reading past a limit.
        DamagedSourceError: on reading what is no whole gzip file.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self._limits = limits
        self.size = _size(path, limits)
        """Bytes of the file as it lies on the disk."""
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise _unreadable(path, error) from None
        self._packed = self._file.read(len(GZIP)) == GZIP
        self._stream: BinaryIO | gzip.GzipFile = self._file
        self._unpacked = 0
        self.restart()

    @property
    def bytes_read(self) -> int:
        """Bytes taken from the disk since the beginning; at most `size`."""
        return min(self._file.tell(), self.size)

    def restart(self) -> None:
        """Go back to the beginning."""
        self._file.seek(0)
        self._unpacked = 0
        if self._packed:
            self._stream = gzip.GzipFile(fileobj=self._file, mode="rb")

    def chunks(self) -> Iterator[bytes]:
        """Return all bytes from here on in pieces of at most CHUNK."""
        while chunk := self.read(CHUNK):
            yield chunk

    def read(self, size: int) -> bytes:
        """Return the next bytes; none at the end."""
        try:
            chunk = self._stream.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise DamagedSourceError(f"{self.path}: is no whole gzip file; fetch or pack it again") from None
        except OSError as error:
            raise _unreadable(self.path, error) from None
        self._unpacked += len(chunk)
        if self._packed:
            self._check_unpacked()
        return chunk

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _check_unpacked(self) -> None:
        limits = self._limits
        if self._unpacked > limits.unpacked:
            raise SourceTooLargeError(
                f"{self.path}: unpacks to more than {limits.unpacked} bytes; split it into several files"
            )
        if self._unpacked > max(limits.ratio_from, limits.ratio * self._file.tell()):
            raise SourceTooLargeError(
                f"{self.path}: unpacks to more than {limits.ratio} times its size, as no list does; "
                "unpack it yourself if you trust it"
            )


def _size(path: Path, limits: Limits) -> int:
    try:
        size = path.stat().st_size
        regular = path.is_file()
    except OSError as error:
        raise _unreadable(path, error) from None
    except ValueError:
        raise UnreadableSourceError(f"{str(path)!r}: is no path; correct it") from None
    if not regular:
        raise UnreadableSourceError(f"{path}: is no file; give the path of a file")
    if size > limits.file:
        raise SourceTooLargeError(
            f"{path}: has {size} bytes, at most {limits.file} are read; split it into several files"
        )
    return size


def _unreadable(path: Path, error: OSError) -> UnreadableSourceError:
    return UnreadableSourceError(f"{path}: cannot be read ({error.strerror}); correct the path or its rights")
