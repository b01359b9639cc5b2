"""The file of lines that are imported and should be looked at: line, reason."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from blacklists.importing.cell import write_text
from blacklists.importing.notice import Notice

COLUMNS = ("line", "reason")


def write_flagged(path: Path, notices: Iterable[Notice]) -> None:
    """Write notices in the order of their lines, as CSV in UTF-8 that is safe to open in a spreadsheet."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        in_order = sorted(notices, key=lambda notice: notice.line)
        writer.writerows((notice.line, write_text(str(notice.reason))) for notice in in_order)
