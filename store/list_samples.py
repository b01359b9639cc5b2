"""The first entries that a version writes and ends, for whoever decides on its release."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Row

from contracts.number_list import EntryKind
from contracts.verdict import Action
from store.list_rows import described_entries, pattern_of
from store.list_schema import list_entries, list_removals

SAMPLES = 20
"""Of each kind."""


class EntrySample(BaseModel):
    """One entry of a version."""

    model_config = ConfigDict(frozen=True)

    ends: bool
    """The version ends it; else it writes it."""
    pattern: str
    kind: EntryKind
    category: str
    action: Action
    shadow: bool
    evidence: str
    note: str


def version_samples(connection: Connection, n: int) -> tuple[EntrySample, ...]:
    """Return at most SAMPLES entries that a version writes, then as many that it ends."""
    entries = list_entries.c
    written = described_entries().where(entries.version_n == n)
    ended = described_entries().join(list_removals, list_removals.c.entry_n == entries.n)
    ended = ended.where(list_removals.c.version_n == n)
    return tuple(
        _sample(row, ends=query is ended)
        for query in (written, ended)
        for row in connection.execute(query.order_by(entries.n).limit(SAMPLES))
    )


def _sample(row: Row[Any], *, ends: bool) -> EntrySample:
    pattern = pattern_of(row.kind, row.low, row.high)
    return EntrySample(
        ends=ends,
        pattern=str(pattern),
        kind=pattern.kind,
        category=row.category,
        action=row.action,
        shadow=row.shadow,
        evidence=row.evidence,
        note=row.note,
    )
