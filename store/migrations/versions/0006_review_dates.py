"""Entries in force by their review dates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TO_REVIEW = sa.text("since IS NOT NULL AND until IS NULL AND review_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_list_entries_to_review",
        "list_entries",
        ["review_at", "list_n"],
        sqlite_where=_TO_REVIEW,
        postgresql_where=_TO_REVIEW,
    )


def downgrade() -> None:
    op.drop_index("ix_list_entries_to_review", "list_entries")
