"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_accounts()
    _create_call_notes()
    _create_calls()
    _create_list_entries()
    _create_node_tokens()
    _create_outbox()
    _create_residents()
    _create_revisions()
    _create_taken_events()
    _create_cases()
    _create_commands()
    _create_sessions()
    _create_case_stages()
    _create_warnings()
    _create_alerts()
    _create_attempts()
    _create_visit_orders()
    _create_evidence()
    _create_transcript_lines()


def downgrade() -> None:
    for table in (
        "transcript_lines",
        "evidence",
        "visit_orders",
        "attempts",
        "alerts",
        "warnings",
        "case_stages",
        "sessions",
        "commands",
        "cases",
        "taken_events",
        "revisions",
        "residents",
        "outbox",
        "node_tokens",
        "list_entries",
        "calls",
        "call_notes",
        "accounts",
    ):
        op.drop_table(table)


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("username", sa.String(80), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )


def _create_call_notes() -> None:
    op.create_table(
        "call_notes",
        sa.Column("n", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("call_id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("detail", sa.String(255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_call_notes")),
    )
    op.create_index(op.f("ix_call_notes_call_id"), "call_notes", ["call_id"])


def _create_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("node", sa.String(80), nullable=False),
        sa.Column("trunk", sa.String(80), nullable=False),
        sa.Column("caller_raw", sa.String(255), nullable=False),
        sa.Column("caller", sa.String(32), nullable=True),
        sa.Column("called", sa.String(255), nullable=False),
        sa.Column("resident_id", sa.String(80), nullable=True),
        sa.Column("verdict", sa.JSON(), nullable=True),
        sa.Column("degraded", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.String(40), nullable=True),
        sa.Column("sip_code", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_resident_id"), "calls", ["resident_id"])
    op.create_index("ix_calls_started_at_id", "calls", ["started_at", "id"])


def _create_list_entries() -> None:
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


def _create_node_tokens() -> None:
    op.create_table(
        "node_tokens",
        sa.Column("node", sa.String(80), nullable=False),
        sa.Column("token_hash", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_node_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_node_tokens_token_hash")),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column(
            "sequence",
            _SEQUENCE,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )


def _create_residents() -> None:
    op.create_table(
        "residents",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("number_kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("district", sa.String(80), nullable=False),
        sa.Column("delivery_route", sa.String(255), nullable=True),
        sa.Column("high_risk", sa.Boolean(), nullable=False),
        sa.Column("consent_version", sa.String(40), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_residents")),
        sa.UniqueConstraint("number", name=op.f("uq_residents_number")),
    )


def _create_revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_revisions")),
    )


def _create_taken_events() -> None:
    op.create_table(
        "taken_events",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("node", sa.String(80), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_events")),
    )
    op.create_index(op.f("ix_taken_events_taken_at"), "taken_events", ["taken_at"])


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("resident_id", sa.String(80), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("scam_type", sa.String(40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner", sa.String(80), nullable=True),
        sa.Column("disposition", sa.String(80), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_cases_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_opened_at_id", "cases", ["opened_at", "id"])
    op.create_index(op.f("ix_cases_resident_id"), "cases", ["resident_id"])
    op.create_index(
        "uq_cases_open_resident",
        "cases",
        ["resident_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _create_commands() -> None:
    op.create_table(
        "commands",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("call_id", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_commands_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commands")),
    )
    op.create_index(op.f("ix_commands_call_id"), "commands", ["call_id"])
    op.create_index(op.f("ix_commands_delivered_at"), "commands", ["delivered_at"])


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(80), nullable=False),
        sa.Column("account_id", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"])
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"])


def _create_case_stages() -> None:
    op.create_table(
        "case_stages",
        sa.Column("n", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(80), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_stages_case_id")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_case_stages")),
    )
    op.create_index(op.f("ix_case_stages_case_id"), "case_stages", ["case_id"])


def _create_warnings() -> None:
    op.create_table(
        "warnings",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("resident_id", sa.String(80), nullable=False),
        sa.Column("case_id", sa.String(80), nullable=True),
        sa.Column("scam_type", sa.String(40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("phase", sa.String(40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("meet_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("live_calls", sa.JSON(), nullable=False),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("redials_used", sa.Integer(), nullable=False),
        sa.Column("interruptions", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_attempt", sa.Integer(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("visit_ordered", sa.Boolean(), nullable=False),
        sa.Column("next_action_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_warnings_case_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_warnings_resident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warnings")),
    )
    op.create_index(op.f("ix_warnings_case_id"), "warnings", ["case_id"])
    op.create_index(op.f("ix_warnings_next_action_at"), "warnings", ["next_action_at"])
    op.create_index(op.f("ix_warnings_phase"), "warnings", ["phase"])
    op.create_index(op.f("ix_warnings_resident_id"), "warnings", ["resident_id"])
    op.create_index(
        "uq_warnings_live_resident",
        "warnings",
        ["resident_id"],
        unique=True,
        sqlite_where=sa.text("live"),
        postgresql_where=sa.text("live"),
    )


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("source_ref", sa.String(80), nullable=False),
        sa.Column("resident_id", sa.String(80), nullable=False),
        sa.Column("call_id", sa.String(80), nullable=True),
        sa.Column("caller", sa.String(32), nullable=True),
        sa.Column("scam_type", sa.String(40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("number_risk", sa.Float(), nullable=False),
        sa.Column("dialogue_risk", sa.Float(), nullable=False),
        sa.Column("call_started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_word_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phrase_ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listening_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warning_id", sa.String(80), nullable=True),
        sa.Column("case_id", sa.String(80), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_alerts_case_id")),
        sa.ForeignKeyConstraint(["resident_id"], ["residents.id"], name=op.f("fk_alerts_resident_id")),
        sa.ForeignKeyConstraint(["warning_id"], ["warnings.id"], name=op.f("fk_alerts_warning_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_alerts_source_source_ref")),
    )
    op.create_index(op.f("ix_alerts_call_id"), "alerts", ["call_id"])
    op.create_index(op.f("ix_alerts_case_id"), "alerts", ["case_id"])
    op.create_index(op.f("ix_alerts_resident_id"), "alerts", ["resident_id"])
    op.create_index(op.f("ix_alerts_warning_id"), "alerts", ["warning_id"])


def _create_attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("warning_id", sa.String(80), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("node", sa.String(80), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=True),
        sa.Column("leased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dialled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("sip_code", sa.Integer(), nullable=True),
        sa.Column("digit", sa.String(1), nullable=True),
        sa.ForeignKeyConstraint(["warning_id"], ["warnings.id"], name=op.f("fk_attempts_warning_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("warning_id", "n", name=op.f("uq_attempts_warning_id_n")),
    )
    op.create_index(op.f("ix_attempts_warning_id"), "attempts", ["warning_id"])


def _create_visit_orders() -> None:
    op.create_table(
        "visit_orders",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("warning_id", sa.String(80), nullable=False),
        sa.Column("case_id", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_visit_orders_case_id")),
        sa.ForeignKeyConstraint(["warning_id"], ["warnings.id"], name=op.f("fk_visit_orders_warning_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_orders")),
        sa.UniqueConstraint("warning_id", name=op.f("uq_visit_orders_warning_id")),
    )
    op.create_index(op.f("ix_visit_orders_case_id"), "visit_orders", ["case_id"])


def _create_evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("alert_id", sa.String(80), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("phrase_id", sa.String(80), nullable=False),
        sa.Column("wording", sa.String(255), nullable=False),
        sa.Column("text", sa.String(255), nullable=False),
        sa.Column("speaker", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("scam_type", sa.String(40), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("contribution", sa.Float(), nullable=False),
        sa.Column("span", sa.JSON(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_evidence_alert_id")),
        sa.PrimaryKeyConstraint("alert_id", "n", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_phrase_id"), "evidence", ["phrase_id"])


def _create_transcript_lines() -> None:
    op.create_table(
        "transcript_lines",
        sa.Column("n", _SEQUENCE, autoincrement=True, nullable=False),
        sa.Column("alert_id", sa.String(80), nullable=False),
        sa.Column("speaker", sa.String(40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_transcript_lines_alert_id")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_transcript_lines")),
    )
    op.create_index(op.f("ix_transcript_lines_alert_id"), "transcript_lines", ["alert_id"])
