"""Taking in what residents, operators and the public report about numbers."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from pydantic import BaseModel
from sqlalchemy import Connection, insert, select, update

from blacklists.reputation import ReportSource
from contracts.errors import BadInputError
from contracts.phone import PhoneNumber
from contracts.taxonomy import ScamType
from store import schema
from store.report_schema import number_reports, reporter_key
from store.revision import change_revision
from store.row import value_of
from store.unit_of_work import SqlStore

REPORTS = "reports"
"""The revision of reports and reviews."""
REPEATED_WITHIN = timedelta(days=30)
"""A reporter's next word on the same number within this time takes the place of the one before."""
CALLED_WITHIN = timedelta(days=30)
"""A report fits a call where the number called the resident in whose name it is within this time."""
OLDEST = timedelta(days=365)
EARLIEST_SKEW = timedelta(minutes=5)
"""How far a reporter's clock may be ahead."""
_BELIEVED = {ReportSource.RESIDENT, ReportSource.OPERATOR, ReportSource.UPSTREAM}


class BadReportTimeError(BadInputError):
    """The call was in the future, or too long ago."""

    code = "reports.bad_time"


@dataclass(frozen=True, slots=True)
class NewReport:
    """What somebody says about a number."""

    number: PhoneNumber
    scam_type: ScamType | None
    """None: the number is legitimate."""
    reporter: PhoneNumber | None
    """The reporter's own number; None where the operator speaks for the hotline."""
    source: ReportSource
    """OPERATOR becomes RESIDENT where it fits a call."""
    entered_by: str | None = None
    """Account of the staff that entered it; None where it came from outside."""
    note: str = ""
    happened_at: datetime | None = None
    """When the number called; None: now."""


class _Change(BaseModel):
    """What a change adds to the revision."""

    name: str


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Who reports, as far as it is stored."""

    hashed: str
    resident_id: str | None
    """Where the number called this resident of late; an outsider may have typed anybody's number."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The report that a new one repeats."""

    id: str
    verified: bool
    bad: bool


def add_report(store: SqlStore, report_id: str, report: NewReport) -> str:
    """Store a report and return its id: a repetition within 30 days changes the one there is.

    What staff took down or passed on counts as verified. Nothing else does by itself, for a reporter's number
    is one that anybody can type: a stranger's report waits for a review, marked where it fits a call. After a
    dismissal the same reporter's next word is a report of its own.

    Raises:
        BadReportTimeError: `happened_at` lies in the future or more than a year back.
    """
    with store.writing() as connection:
        now = store.now(connection)
        _check_time(report.happened_at, now)
        change_reports(connection, f"report {report_id}")
        speaker = _speaker(connection, report, now)
        row = _row(report, speaker, now)
        known = _repeated(connection, report.number, speaker, now)
        if known is None:
            connection.execute(insert(number_reports), {"id": report_id, "dismissed": False} | row)
            return report_id
        if row["verified"] or not _stands(known, report):
            connection.execute(update(number_reports).where(number_reports.c.id == known.id).values(row))
        return known.id


def change_reports(connection: Connection, change: str) -> None:
    """Let one writer at a time go on, and tell readers that reports or reviews have changed.

    `change` is a name that no other change bears.
    """
    change_revision(connection, REPORTS, (), (_Change(name=change),))


def hashed_reporter(connection: Connection, reporter: str) -> str:
    """Return what is stored in a reporter's place, 64 hexadecimal digits.

    It only has to tell repetitions from new reports. Keyed, because a list of all mobile numbers is short
    enough to hash; the key stands in the database, where every process finds it, so the hash protects
    exports, logs and copies of this table, not a copy of the whole database.
    """
    key: str = connection.execute(select(reporter_key.c.key)).scalar_one()
    return hmac.new(bytes.fromhex(key), reporter.encode(), sha256).hexdigest()


def _check_time(happened_at: datetime | None, now: datetime) -> None:
    if happened_at is not None and not now - OLDEST < happened_at <= now + EARLIEST_SKEW:
        raise BadReportTimeError(
            f"happened_at: {happened_at.isoformat()} does not fit; give the time of the call, within a year"
        )


def _speaker(connection: Connection, report: NewReport, now: datetime) -> _Speaker:
    if report.reporter is None:
        return _Speaker(hashed_reporter(connection, f"account {report.entered_by}"), None)
    hashed = hashed_reporter(connection, report.reporter.value)
    residents, calls = schema.residents, schema.calls
    query = (
        select(residents.c.id)
        .join(calls, calls.c.resident_id == residents.c.id)
        .where(
            residents.c.number == report.reporter.value,
            calls.c.caller == report.number.value,
            calls.c.started_at > now - CALLED_WITHIN,
        )
    )
    return _Speaker(hashed, connection.execute(query.limit(1)).scalar_one_or_none())


def _row(report: NewReport, speaker: _Speaker, now: datetime) -> dict[str, object]:
    source = report.source
    if source is ReportSource.OPERATOR and speaker.resident_id and report.scam_type is not None:
        source = ReportSource.RESIDENT
    return {
        "number": report.number.value,
        "source": source,
        "scam_type": report.scam_type,
        "verified": source in _BELIEVED,
        "reporter": speaker.hashed,
        "resident_id": speaker.resident_id,
        "entered_by": report.entered_by,
        "note": report.note,
        "happened_at": report.happened_at or now,
        "reported_at": now,
    }


def _stands(known: _Known, outsiders: NewReport) -> bool:
    """Whether a report outlives an outsider's next word, which whoever it is about may have typed."""
    return known.verified or (known.bad and outsiders.scam_type is None)


def _repeated(connection: Connection, number: PhoneNumber, speaker: _Speaker, now: datetime) -> _Known | None:
    table = number_reports
    query = (
        select(table.c.id, table.c.verified, table.c.scam_type.is_not(None).label("bad"))
        .where(
            ~table.c.dismissed,
            table.c.number == number.value,
            table.c.reporter == speaker.hashed,
            table.c.reported_at > now - REPEATED_WITHIN,
        )
        .order_by(table.c.reported_at.desc())
    )
    row = connection.execute(query.limit(1)).mappings().first()
    return value_of(_Known, row) if row else None
