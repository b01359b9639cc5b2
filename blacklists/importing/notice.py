"""A line that should be looked at, be it imported or not."""

from __future__ import annotations

from typing import NamedTuple


class Notice(NamedTuple):
    """What is odd about a line."""

    line: int
    reason: str
