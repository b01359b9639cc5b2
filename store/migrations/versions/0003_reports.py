"""Reports, reviews, removal requests, emergency windows, residents' contacts."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_number_reports()
    _create_reporter_key()
    _create_number_reviews()
    _create_removal_requests()
    _create_emergency_windows()
    _create_resident_contacts()
    op.create_index("ix_calls_caller_started_at", "calls", ["caller", "started_at"])


def downgrade() -> None:
    op.drop_index("ix_calls_caller_started_at", "calls")
    for table in (
        "resident_contacts",
        "emergency_windows",
        "removal_requests",
        "number_reviews",
        "reporter_key",
        "number_reports",
    ):
        op.drop_table(table)


def _create_number_reports() -> None:
    op.create_table(
        "number_reports",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("scam_type", sa.String(40), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("dismissed", sa.Boolean(), nullable=False),
        sa.Column("reporter", sa.String(64), nullable=False),
        sa.Column("resident_id", sa.String(80), nullable=True),
        sa.Column("entered_by", sa.String(80), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_reports")),
    )
    op.create_index("ix_number_reports_number_reporter", "number_reports", ["number", "reporter"])
    op.create_index("ix_number_reports_reported_at", "number_reports", ["reported_at"])


def _create_reporter_key() -> None:
    table = op.create_table(
        "reporter_key",
        sa.Column("key", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_reporter_key")),
    )
    # Every process of the service must hash alike, and no two services.
    op.bulk_insert(table, [{"key": secrets.token_hex(32)}])


def _create_number_reviews() -> None:
    op.create_table(
        "number_reviews",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("decision", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("decided_by", sa.String(80), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_reviews")),
    )
    op.create_index("ix_number_reviews_number_decided_at", "number_reviews", ["number", "decided_at"])


def _create_removal_requests() -> None:
    op.create_table(
        "removal_requests",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.Column("answer", sa.String(500), nullable=True),
        sa.Column("entries_ended", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal_requests")),
    )
    op.create_index("ix_removal_requests_state_deadline_at", "removal_requests", ["state", "deadline_at"])


def _create_emergency_windows() -> None:
    op.create_table(
        "emergency_windows",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("resident_id", sa.String(80), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(80), nullable=False),
        sa.Column("ended_by", sa.String(80), nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_emergency_windows_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_windows")),
    )
    op.create_index(op.f("ix_emergency_windows_resident_id"), "emergency_windows", ["resident_id"])
    op.create_index(op.f("ix_emergency_windows_until"), "emergency_windows", ["until"])


def _create_resident_contacts() -> None:
    op.create_table(
        "resident_contacts",
        sa.Column("resident_id", sa.String(80), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_resident_contacts_resident_id")
        ),
        sa.PrimaryKeyConstraint("resident_id", "number", name=op.f("pk_resident_contacts")),
    )
