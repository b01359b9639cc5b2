"""A line that is imported and should be looked at."""

from __future__ import annotations

from typing import NamedTuple


class Notice(NamedTuple):
    """What is odd about a line."""

    line: int
    reason: str
