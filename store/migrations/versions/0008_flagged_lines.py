"""What should be looked at in a version before its release, kept with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("list_versions", sa.Column("flagged", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "flagged_lines",
        sa.Column("version_n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("version_n", "place", name=op.f("pk_flagged_lines")),
    )


def downgrade() -> None:
    op.drop_table("flagged_lines")
    op.drop_column("list_versions", "flagged")
