"""The tables; columns bear the names of the fields of casework's values."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from casework.attempt import AttemptState
from casework.case import CaseStage
from casework.plan import Plan
from casework.visit_order import VisitReason
from casework.warning import Phase
from contracts.evidence import Speaker, Stage
from contracts.node_api import CommandKind, NoteKind
from contracts.outcome import Channel, Outcome
from contracts.phone import NumberKind
from contracts.taxonomy import ScamType
from contracts.verdict import Verdict
from store.columns import Document, Level, RowNumber, UtcTime, Word

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(name: str = "id") -> Column[str]:
    return Column(name, String(80), primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(80), ForeignKey(target), nullable=nullable, index=True)


residents = Table(
    "residents",
    metadata,
    _id(),
    Column("number", String(32), nullable=False, unique=True),
    Column("number_kind", Word(NumberKind), nullable=False),
    Column("name", String(80), nullable=False),
    Column("district", String(80), nullable=False),
    Column("delivery_route", String(255)),
    Column("high_risk", Boolean, nullable=False),
    Column("consent_version", String(40), nullable=False),
    Column("consented_at", UtcTime),
)

revisions = Table(
    "revisions",
    metadata,
    _id("name"),
    Column("digest", String(64), nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    _id(),
    Column("username", String(80), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("role", String(40), nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    _id("token_hash"),
    _ref("account_id", "accounts.id"),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)

node_tokens = Table(
    "node_tokens",
    metadata,
    _id("node"),
    Column("token_hash", String(80), nullable=False, unique=True),
    Column("created_at", UtcTime, nullable=False),
)

taken_events = Table(
    "taken_events",
    metadata,
    _id(),
    Column("node", String(80), nullable=False),
    Column("taken_at", UtcTime, nullable=False, index=True),
)

# A node may report calls by a snapshot older than a withdrawal: no foreign key to residents.
calls = Table(
    "calls",
    metadata,
    _id(),
    Column("node", String(80), nullable=False),
    Column("trunk", String(80), nullable=False),
    Column("caller_raw", String(255), nullable=False),
    Column("caller", String(32)),
    Column("called", String(255), nullable=False),
    Column("resident_id", String(80), index=True),
    Column("verdict", Document(Verdict)),
    Column("degraded", Boolean, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("answered_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("cause", String(40)),
    Column("sip_code", Integer),
    Index("ix_calls_started_at_id", "started_at", "id"),
)

call_notes = Table(
    "call_notes",
    metadata,
    Column("n", RowNumber, primary_key=True, autoincrement=True),
    Column("call_id", String(80), nullable=False, index=True),
    Column("kind", Word(NoteKind), nullable=False),
    Column("detail", String(255), nullable=False),
    Column("at", UtcTime, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    _id(),
    _ref("resident_id", "residents.id"),
    Column("stage", Word(CaseStage), nullable=False),
    Column("scam_type", Word(ScamType), nullable=False),
    Column("level", Level, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("deadline_at", UtcTime),
    Column("owner", String(80)),
    Column("disposition", String(80)),
    Column("closed_at", UtcTime),
    Column("version", Integer, nullable=False),
    Index("ix_cases_opened_at_id", "opened_at", "id"),
    Index(
        "uq_cases_open_resident",
        "resident_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

case_stages = Table(
    "case_stages",
    metadata,
    Column("n", RowNumber, primary_key=True, autoincrement=True),
    _ref("case_id", "cases.id"),
    Column("stage", Word(CaseStage), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", String(80), nullable=False),
)

warnings = Table(
    "warnings",
    metadata,
    _id(),
    _ref("resident_id", "residents.id"),
    _ref("case_id", "cases.id", nullable=True),
    Column("scam_type", Word(ScamType), nullable=False),
    Column("level", Level, nullable=False),
    Column("plan", Document(Plan), nullable=False),
    Column("phase", Word(Phase), nullable=False, index=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("deadline_at", UtcTime),
    Column("meet_by", UtcTime, nullable=False),
    Column("live_calls", Document(tuple[str, ...]), nullable=False),
    Column("wake_at", UtcTime),
    Column("attempts", Integer, nullable=False),
    Column("redials_used", Integer, nullable=False),
    Column("interruptions", Integer, nullable=False),
    Column("not_before", UtcTime),
    Column("open_attempt", Integer),
    Column("fence", Integer, nullable=False),
    Column("visit_ordered", Boolean, nullable=False),
    Column("next_action_at", UtcTime, index=True),
    Column("live", Boolean, nullable=False),
    Index(
        "uq_warnings_live_resident",
        "resident_id",
        unique=True,
        sqlite_where=text("live"),
        postgresql_where=text("live"),
    ),
)

attempts = Table(
    "attempts",
    metadata,
    _id(),
    _ref("warning_id", "warnings.id"),
    Column("n", Integer, nullable=False),
    Column("channel", Word(Channel), nullable=False),
    Column("state", Word(AttemptState), nullable=False),
    Column("planned_at", UtcTime, nullable=False),
    Column("node", String(80)),
    Column("fence", Integer),
    Column("leased_at", UtcTime),
    Column("lease_until", UtcTime),
    Column("dialled_at", UtcTime),
    Column("answered_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("outcome", Word(Outcome)),
    Column("sip_code", Integer),
    Column("digit", String(1)),
    UniqueConstraint("warning_id", "n"),
)

visit_orders = Table(
    "visit_orders",
    metadata,
    _id(),
    Column("warning_id", String(80), ForeignKey("warnings.id"), nullable=False, unique=True),
    _ref("case_id", "cases.id"),
    Column("reason", Word(VisitReason), nullable=False),
    Column("ordered_at", UtcTime, nullable=False),
    Column("deadline_at", UtcTime, nullable=False),
    Column("met_at", UtcTime),
)

alerts = Table(
    "alerts",
    metadata,
    _id(),
    Column("source", String(40), nullable=False),
    Column("source_ref", String(80), nullable=False),
    _ref("resident_id", "residents.id"),
    Column("call_id", String(80), index=True),
    Column("caller", String(32)),
    Column("scam_type", Word(ScamType), nullable=False),
    Column("level", Level, nullable=False),
    Column("number_risk", Float, nullable=False),
    Column("dialogue_risk", Float, nullable=False),
    Column("call_started_at", UtcTime, nullable=False),
    Column("first_word_at", UtcTime),
    Column("phrase_ended_at", UtcTime, nullable=False),
    Column("listening_since", UtcTime, nullable=False),
    Column("detected_at", UtcTime, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("phrasebook_version", BigInteger),
    _ref("warning_id", "warnings.id", nullable=True),
    _ref("case_id", "cases.id", nullable=True),
    UniqueConstraint("source", "source_ref"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("alert_id", String(80), ForeignKey("alerts.id"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("phrase_id", String(80), nullable=False, index=True),
    Column("wording", String(255), nullable=False),
    Column("text", String(255), nullable=False),
    Column("speaker", Word(Speaker), nullable=False),
    Column("stage", Word(Stage), nullable=False),
    Column("scam_type", Word(ScamType)),
    Column("score", Float, nullable=False),
    Column("contribution", Float, nullable=False),
    Column("span", Document(tuple[int, int]), nullable=False),
    Column("start_ms", Integer, nullable=False),
    Column("end_ms", Integer, nullable=False),
)

transcript_lines = Table(
    "transcript_lines",
    metadata,
    Column("n", RowNumber, primary_key=True, autoincrement=True),
    _ref("alert_id", "alerts.id"),
    Column("speaker", Word(Speaker), nullable=False),
    Column("text", String, nullable=False),
    Column("start_ms", Integer, nullable=False),
    Column("end_ms", Integer, nullable=False),
)

commands = Table(
    "commands",
    metadata,
    _id(),
    _ref("call_id", "calls.id"),
    Column("kind", Word(CommandKind), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("delivered_at", UtcTime, index=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("sequence", RowNumber, primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("refs", JSON, nullable=False),
    sqlite_autoincrement=True,
)
