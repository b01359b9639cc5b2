"""The tables of reports, reviews, removal requests, emergency windows and residents' contacts."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from blacklists.reputation import ReportSource
from contracts.taxonomy import ScamType
from store.columns import UtcTime, Word
from store.schema import calls, metadata


class Decision(StrEnum):
    """What a review came to."""

    PUBLISH = "publish"
    DISMISS = "dismiss"


class RemovalState(StrEnum):
    """Where a removal request stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


# Numbers and residents may be gone or never have been known: no foreign keys from reports.
number_reports = Table(
    "number_reports",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("number", String(32), nullable=False),
    Column("source", Word(ReportSource), nullable=False),
    # None: reported as legitimate.
    Column("scam_type", Word(ScamType)),
    Column("verified", Boolean, nullable=False),
    # A dismissed report is kept for the record and counts for nothing.
    Column("dismissed", Boolean, nullable=False),
    # A keyed hash: numbers are few enough to try them all against a plain one.
    Column("reporter", String(64), nullable=False),
    # The resident who was called by the number and in whose name it is: whoever the reporter really was.
    Column("resident_id", String(80)),
    Column("entered_by", String(80)),
    Column("note", String(500), nullable=False),
    Column("happened_at", UtcTime, nullable=False),
    Column("reported_at", UtcTime, nullable=False),
    Index("ix_number_reports_number_reporter", "number", "reporter"),
    Index("ix_number_reports_reported_at", "reported_at"),
)

reporter_key = Table(
    "reporter_key",
    metadata,
    Column("key", String(64), primary_key=True),
)

number_reviews = Table(
    "number_reviews",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("number", String(32), nullable=False),
    Column("decision", Word(Decision), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("decided_by", String(80), nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Index("ix_number_reviews_number_decided_at", "number", "decided_at"),
)

removal_requests = Table(
    "removal_requests",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("number", String(32), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("contact", String(200), nullable=False),
    Column("requested_at", UtcTime, nullable=False),
    Column("deadline_at", UtcTime, nullable=False),
    Column("state", Word(RemovalState), nullable=False),
    Column("decided_at", UtcTime),
    Column("decided_by", String(80)),
    Column("answer", String(500)),
    Column("entries_ended", Integer),
    Index("ix_removal_requests_state_deadline_at", "state", "deadline_at"),
)

emergency_windows = Table(
    "emergency_windows",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("resident_id", String(80), ForeignKey("residents.id"), nullable=False, index=True),
    Column("began_at", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False, index=True),
    Column("opened_by", String(80), nullable=False),
    Column("ended_by", String(80)),
)

resident_contacts = Table(
    "resident_contacts",
    metadata,
    Column("resident_id", String(80), ForeignKey("residents.id"), primary_key=True),
    Column("number", String(32), primary_key=True),
)

Index("ix_calls_caller_started_at", calls.c.caller, calls.c.started_at)
