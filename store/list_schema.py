"""The tables of the number lists: lists, tags, versions, entries, what a version ends, cleared numbers."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)

from contracts.number_list import ListKind
from contracts.verdict import Action
from store.columns import Document, RowNumber, UtcTime, Word
from store.list_version import Impact, VersionState
from store.schema import metadata

IN_FORCE = "since IS NOT NULL AND until IS NULL"
BLOCKS_IN_FORCE = f"{IN_FORCE} AND kind <> 0"
"""Prefixes and ranges: few beside millions of single numbers, and found by an index of their own."""

TO_REVIEW = f"{IN_FORCE} AND review_at IS NOT NULL"

number_lists = Table(
    "number_lists",
    metadata,
    Column("n", RowNumber, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("kind", Word(ListKind), nullable=False),
    Column("precedence", Integer, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("version", BigInteger, nullable=False, server_default="0"),
    # In force; kept up to date by every release, since counting millions takes a second.
    Column("entries", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcTime, nullable=False),
    # Empty for those a service begins with.
    Column("created_by", String(80)),
)

# What many entries share is written once: a million entries differ in a few dozen of these.
list_tags = Table(
    "list_tags",
    metadata,
    Column("n", RowNumber, primary_key=True, autoincrement=True),
    Column("list_n", BigInteger, ForeignKey("number_lists.n"), nullable=False),
    Column("category", String(255), nullable=False),
    Column("action", Word(Action), nullable=False),
    Column("shadow", Boolean, nullable=False),
    Column("source", String(255), nullable=False),
    UniqueConstraint("list_n", "category", "action", "shadow", "source"),
)

list_versions = Table(
    "list_versions",
    metadata,
    Column("n", RowNumber, primary_key=True, autoincrement=True),
    Column("list_n", BigInteger, ForeignKey("number_lists.n"), nullable=False, index=True),
    Column("state", Word(VersionState), nullable=False),
    Column("release_n", BigInteger, unique=True),
    Column("based_on", BigInteger, nullable=False),
    Column("restores", BigInteger),
    Column("origin", String(255), nullable=False),
    Column("source_version", BigInteger),
    Column("file_sha256", String(64)),
    Column("prepared_by", String(80), nullable=False),
    Column("prepared_at", UtcTime, nullable=False),
    Column("released_by", String(80)),
    Column("released_at", UtcTime),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("expired", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("flagged", Integer, nullable=False, server_default="0"),
    Column("impact", Document(Impact)),
    # People name versions by number: one that is gone must not lend its number to another.
    sqlite_autoincrement=True,
)

# No foreign keys: checking three for each of a million rows takes longer than writing them.
list_entries = Table(
    "list_entries",
    metadata,
    Column("n", RowNumber, primary_key=True, autoincrement=True),
    Column("list_n", BigInteger, nullable=False),
    Column("tag_n", BigInteger, nullable=False),
    Column("kind", SmallInteger, nullable=False),
    Column("low", BigInteger, nullable=False),
    Column("high", BigInteger, nullable=False),
    Column("evidence", String, nullable=False),
    Column("note", String, nullable=False),
    Column("valid_from", BigInteger),
    Column("expires_at", BigInteger),
    Column("review_at", BigInteger),
    Column("version_n", BigInteger, nullable=False, index=True),
    Column("since", BigInteger),
    Column("until", BigInteger),
    Index(
        "uq_list_entries_in_force",
        "list_n",
        "low",
        "high",
        "kind",
        unique=True,
        sqlite_where=text(IN_FORCE),
        postgresql_where=text(IN_FORCE),
    ),
    Index(
        "ix_list_entries_blocks_in_force",
        "since",
        "low",
        "high",
        sqlite_where=text(BLOCKS_IN_FORCE),
        postgresql_where=text(BLOCKS_IN_FORCE),
    ),
    Index(
        "ix_list_entries_to_review",
        "review_at",
        "list_n",
        sqlite_where=text(TO_REVIEW),
        postgresql_where=text(TO_REVIEW),
    ),
)

list_removals = Table(
    "list_removals",
    metadata,
    Column("version_n", BigInteger, primary_key=True),
    Column("entry_n", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

# Numbers that an accepted removal request has taken off the lists: an import does not bring them back.
cleared_numbers = Table(
    "cleared_numbers",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("request_id", String(80), nullable=False),
    Column("cleared_at", UtcTime, nullable=False),
)
