"""A line that should be looked at, be it imported or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from blacklists.pattern import Pattern
from blacklists.reason import Reason


class Notice(NamedTuple):
    """What is odd about a line."""

    line: int
    reason: Reason


def named(pattern: Pattern) -> Mapping[str, str]:
    """Return what a reason says of a pattern: its kind, and itself."""
    return {"kind": pattern.kind.value, "pattern": str(pattern)}
