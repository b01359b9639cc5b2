"""Counts of entries with each list, blocks of numbers by their ends, numbers cleared by a decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from blacklists.key import key_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_DECIDED_AT: sa.ColumnClause[object] = sa.column("decided_at", sa.DateTime(timezone=True))
_BLOCKS_IN_FORCE = sa.text("since IS NOT NULL AND until IS NULL AND kind <> 0")


def upgrade() -> None:
    op.add_column("number_lists", sa.Column("entries", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE number_lists SET entries = (SELECT count(*) FROM list_entries"
        " WHERE list_n = number_lists.n AND since IS NOT NULL AND until IS NULL)"
    )
    op.create_index(
        "ix_list_entries_blocks_in_force",
        "list_entries",
        ["since", "low", "high"],
        sqlite_where=_BLOCKS_IN_FORCE,
        postgresql_where=_BLOCKS_IN_FORCE,
    )
    _create_cleared_numbers()


def downgrade() -> None:
    op.drop_table("cleared_numbers")
    op.drop_index("ix_list_entries_blocks_in_force", "list_entries")
    op.drop_column("number_lists", "entries")


def _create_cleared_numbers() -> None:
    cleared = op.create_table(
        "cleared_numbers",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.String(80), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cleared_numbers")),
    )
    requests = sa.table("removal_requests", *map(sa.column, ("id", "number", "state")), _DECIDED_AT)
    accepted = sa.select(requests).where(requests.c.state == "accepted").order_by(_DECIDED_AT)
    # The latest decision on a number is the one that is named.
    rows = {
        key_of(row.number): {
            "key": key_of(row.number),
            "request_id": row.id,
            "cleared_at": row.decided_at,
        }
        for row in op.get_bind().execute(accepted)
    }
    op.bulk_insert(cleared, list(rows.values()))
