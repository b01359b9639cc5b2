"""Who made a list, and the lines that imports rejected, kept with their versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("number_lists", sa.Column("created_by", sa.String(80), nullable=True))
    op.create_table(
        "rejected_lines",
        sa.Column("version_n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("version_n", "place", name=op.f("pk_rejected_lines")),
    )


def downgrade() -> None:
    op.drop_table("rejected_lines")
    op.drop_column("number_lists", "created_by")
