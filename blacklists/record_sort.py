"""Sorting more records than memory should hold: sorted runs on disk, merged part by part."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[Any]
"""A structured array with a field `key`."""

_RUN = 1_000_000
_SAMPLE_EVERY = 1024
_BLOCK = 65_536


class RecordSort:
    """Takes rows in any order and gives them back by key; rows of one key keep the order they came in.

    Memory is about three times the run, whatever the count. The runs lie in one file without a name in the
    folder given, so that a killed process leaves nothing behind.
    """

    def __init__(self, folder: Path, dtype: npt.DTypeLike, run: int = _RUN) -> None:
        self._buffer: Rows = np.empty(run, dtype)
        self._filled = 0
        self._ends: list[int] = [0]
        self._samples: list[npt.NDArray[np.uint64]] = []
        # Closed by close().
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115

    def close(self) -> None:
        """Give the disk back."""
        # A disk that is full is still full when the last rows are flushed, which nobody wants any more.
        with suppress(OSError):
            self._file.close()

    @property
    def count(self) -> int:
        """Rows taken so far."""
        return self._ends[-1] + self._filled

    def add(self, rows: Rows) -> None:
        """Take rows. Raises OSError where the disk is full."""
        while len(rows):
            taken = min(len(rows), len(self._buffer) - self._filled)
            self._buffer[self._filled : self._filled + taken] = rows[:taken]
            self._filled += taken
            rows = rows[taken:]
            if self._filled == len(self._buffer):
                self._end_run()

    def by_key(self) -> Iterator[Rows]:
        """Yield all rows in parts of about a run each; no key stands in two parts. Raises OSError."""
        if self._filled:
            self._end_run()
        self._file.flush()
        self._buffer = self._buffer[:0].copy()
        runs = [
            _Run(self._file.fileno(), self._buffer.dtype, *ends)
            for ends in zip(self._ends, self._ends[1:], strict=False)
        ]
        for bound in [*self._bounds(len(runs)), None]:
            part = [rows for run in runs for rows in run.take_below(bound)]
            if part:
                yield _sorted(np.concatenate(part))

    def _end_run(self) -> None:
        rows = _sorted(self._buffer[: self._filled])
        self._samples.append(rows["key"][::_SAMPLE_EVERY].copy())
        self._file.write(rows.data.cast("B") if len(rows) else b"")
        self._ends.append(self._ends[-1] + len(rows))
        self._filled = 0

    def _bounds(self, parts: int) -> list[np.uint64]:
        if parts < 2:
            return []
        samples = np.sort(np.concatenate(self._samples))
        return [samples[len(samples) * part // parts] for part in range(1, parts)]


class _Run:
    """Rows of one run, read forwards."""

    def __init__(self, file: int, dtype: np.dtype[Any], start: int, end: int) -> None:
        self._file = file
        self._dtype = dtype
        self._next = start
        self._end = end
        self._block: Rows = np.empty(0, dtype)

    def take_below(self, bound: np.uint64 | None) -> Iterator[Rows]:
        """Yield the next rows whose key is below the bound; all that are left where it is None."""
        while self._block_ready():
            cut = len(self._block) if bound is None else int(np.searchsorted(self._block["key"], bound))
            taken, self._block = self._block[:cut], self._block[cut:]
            if cut:
                yield taken
            if len(self._block):
                return

    def _block_ready(self) -> bool:
        if not len(self._block) and self._next < self._end:
            size = self._dtype.itemsize
            count = min(_BLOCK, self._end - self._next)
            self._block = np.frombuffer(os.pread(self._file, count * size, self._next * size), self._dtype)
            self._next += count
        return len(self._block) > 0


def _sorted(rows: Rows) -> Rows:
    ordered: Rows = rows[np.argsort(rows["key"], kind="stable")]
    return ordered
