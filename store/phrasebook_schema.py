"""The table of the phrasebook's versions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from store.columns import RowNumber, UtcTime, Word
from store.list_version import VersionState
from store.schema import metadata

phrasebook_versions = Table(
    "phrasebook_versions",
    metadata,
    Column("n", RowNumber, primary_key=True, autoincrement=True),
    Column("state", Word(VersionState), nullable=False),
    Column("label", String(40), nullable=False),
    Column("based_on", BigInteger, nullable=False),
    Column("based_on_sha256", String(64), nullable=False),
    Column("restores", BigInteger),
    Column("sha256", String(64), nullable=False),
    Column("note", String(500), nullable=False),
    Column("phrases", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("prepared_by", String(80), nullable=False),
    Column("prepared_at", UtcTime, nullable=False),
    Column("decided_by", String(80)),
    Column("decided_at", UtcTime),
    # People name versions by number: one that is gone must not lend its number to another.
    sqlite_autoincrement=True,
)
