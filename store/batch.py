"""Many rows in portions: memory stays bounded however long an import is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_Row = TypeVar("_Row")

ROWS = 500
"""Well below the number of parameters SQLite takes in one statement."""


def batches(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    """Return the rows in lists of at most `ROWS`."""
    left = iter(rows)
    while batch := list(islice(left, ROWS)):
        yield batch
