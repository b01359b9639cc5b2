"""Number lists with versions, tags and entries as keys, in the place of one table of patterns.

The patterns of the old table are not carried over: import the lists' files again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_IN_FORCE = sa.text("since IS NOT NULL AND until IS NULL")
_FIRST_LISTS = (
    ("protected", "protected", 10),
    ("allow", "allow", 10),
    ("police", "hard", 10),
    ("reports", "score", 10),
    ("upstream", "score", 20),
)


def upgrade() -> None:
    op.drop_index("ix_list_entries_list", "list_entries")
    op.drop_table("list_entries")
    op.execute(sa.text("DELETE FROM revisions WHERE name = 'lists'"))
    _create_number_lists()
    _create_list_tags()
    _create_list_versions()
    _create_list_entries()
    op.create_table(
        "list_removals",
        sa.Column("version_n", sa.BigInteger(), nullable=False),
        sa.Column("entry_n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("version_n", "entry_n", name=op.f("pk_list_removals")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("list_removals", "list_entries", "list_versions", "list_tags", "number_lists"):
        op.drop_table(table)
    op.create_table(
        "list_entries",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("list", sa.String(80), nullable=False),
        sa.Column("pattern", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("category", sa.String(80), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_entries")),
    )
    op.create_index(op.f("ix_list_entries_list"), "list_entries", ["list"])


def _create_number_lists() -> None:
    lists = op.create_table(
        "number_lists",
        sa.Column("n", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("precedence", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_number_lists")),
        sa.UniqueConstraint("name", name=op.f("uq_number_lists_name")),
    )
    for name, kind, precedence in _FIRST_LISTS:
        row = {"name": name, "kind": kind, "precedence": precedence, "owner": "96110"}
        op.execute(sa.insert(lists).values(**row, created_at=sa.func.current_timestamp()))


def _create_list_tags() -> None:
    op.create_table(
        "list_tags",
        sa.Column("n", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("list_n", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(255), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("shadow", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["list_n"], ["number_lists.n"], name=op.f("fk_list_tags_list_n")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_list_tags")),
        sa.UniqueConstraint(
            "list_n",
            "category",
            "action",
            "shadow",
            "source",
            name=op.f("uq_list_tags_list_n_category_action_shadow_source"),
        ),
    )


def _create_list_versions() -> None:
    op.create_table(
        "list_versions",
        sa.Column("n", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("list_n", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("release_n", sa.BigInteger(), nullable=True),
        sa.Column("based_on", sa.BigInteger(), nullable=False),
        sa.Column("restores", sa.BigInteger(), nullable=True),
        sa.Column("origin", sa.String(255), nullable=False),
        sa.Column("source_version", sa.BigInteger(), nullable=True),
        sa.Column("file_sha256", sa.String(64), nullable=True),
        sa.Column("prepared_by", sa.String(80), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.String(80), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("expired", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("impact", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["list_n"], ["number_lists.n"], name=op.f("fk_list_versions_list_n")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_list_versions")),
        sa.UniqueConstraint("release_n", name=op.f("uq_list_versions_release_n")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_list_versions_list_n"), "list_versions", ["list_n"])


def _create_list_entries() -> None:
    op.create_table(
        "list_entries",
        sa.Column("n", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("list_n", sa.BigInteger(), nullable=False),
        sa.Column("tag_n", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.Column("version_n", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_list_entries")),
    )
    op.create_index(op.f("ix_list_entries_version_n"), "list_entries", ["version_n"])
    op.create_index(
        "uq_list_entries_in_force",
        "list_entries",
        ["list_n", "low", "high", "kind"],
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    )
