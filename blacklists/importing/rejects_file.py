"""The file of rejected lines an admin corrects and imports again: line, reason, text."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from blacklists.importing.cell import write_text
from blacklists.importing.row import Rejected
from blacklists.reason import Reason

COLUMNS = ("line", "reason", "text")


class RejectsFile:
    """A CSV file in UTF-8, safe to open in a spreadsheet; written where there is something to reject.

    What stands at the path is replaced with the first rejection, and left alone where there is none.
    """

    def __init__(self, path: Path, words: Callable[[Reason], str] = str) -> None:
        """`words` tells a reason in the language of whoever reads the file; else it is English."""
        self.path = path
        self._words = words
        self.count = 0
        self._open = ExitStack()
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def add(self, rejected: Rejected) -> None:
        """Write a rejection."""
        if self._writer is None:
            # With a byte order mark spreadsheets read Chinese in it.
            file = self._open.enter_context(self.path.open("w", encoding="utf-8-sig", newline=""))
            self._writer = csv.writer(file)
            self._writer.writerow(COLUMNS)
        self.count += 1
        self._writer.writerow(
            (rejected.line, write_text(self._words(rejected.reason)), write_text(rejected.text))
        )
