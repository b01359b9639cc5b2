"""How large an import may be; beyond it is a mistake or an attack."""

from __future__ import annotations

from dataclasses import dataclass

_GIB = 1 << 30


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes where nothing else is said."""

    file: int = _GIB
    unpacked: int = _GIB
    """What a gzip file holds."""
    ratio: int = 200
    """Unpacked over packed bytes, looked at after `ratio_from`; text of numbers packs about 10 to 1."""
    ratio_from: int = 10_000_000
    rows: int = 6_000_000
    """Lines of CSV, numbers of JSON."""
    line: int = 64 * 1024
    """One line; in JSON one value."""
    field: int = 1000
    """Characters of one field."""
