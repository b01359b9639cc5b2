"""Reported numbers that wait for a person's judgement, and the judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, or_, select, update

from blacklists.reputation import ReportSource, SourceCount, counts_by_source, reputation_of
from blacklists.short_codes import holder_of
from contracts.errors import ConflictError, NotFoundError
from contracts.taxonomy import ScamType
from store.report_schema import Decision, number_reports, number_reviews
from store.reports import change_reports, hashed_reporter
from store.reputation import read_reports
from store.unit_of_work import OutboxRows, SqlStore

NOTES = 3
"""So many notes of reporters are shown with a number, the newest first."""


class ProtectedNumberError(ConflictError):
    """The number is a protected code: who shows it is imitating it, and it is never published."""

    code = "reports.protected_number"


@dataclass(frozen=True, slots=True)
class QueuedNumber:
    """A number with reports nobody has judged yet."""

    number: str
    counts: Mapping[ReportSource, SourceCount]
    scam_types: Mapping[ScamType, int]
    """How often each was named."""
    verified: int
    """Reporters who count; four publish the number."""
    called: int
    """Residents whom the number had called and in whose name it was reported, by staff or by a stranger."""
    score: float
    """Wilson's lower bound over the verified reports, 0 to 1."""
    published: bool
    imitated: str | None
    """Who holds this protected code: somebody imitates it; it can only be dismissed."""
    newest_at: datetime
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportQueue:
    """Numbers that wait: by verified reporters, then by reports that fit a call, then by all reports."""

    items: tuple[QueuedNumber, ...]
    waiting: int
    """How many there are in all."""


@dataclass(frozen=True, slots=True)
class Review:
    """Who decided what about a number, and why."""

    id: str
    number: str
    decision: Decision
    reason: str
    by: str
    """An account's name."""
    at: datetime


def read_queue(store: SqlStore, limit: int = 50) -> ReportQueue:
    """Return the numbers that have bad reports newer than their last review."""
    waiting = _waiting()
    with store.reading() as connection:
        now = store.now(connection)
        count = connection.execute(select(func.count()).select_from(waiting.subquery())).scalar_one()
        numbers = [row.number for row in connection.execute(waiting.limit(limit))]
        return ReportQueue(_queued(connection, numbers, now), count)


def decide(
    store: SqlStore, review_id: str, number: str, decision: Decision, *, reason: str, by: str
) -> Review:
    """Publish a number on its reports, or dismiss them; only newer reports bring it back.

    Publishing takes its bad reports for verified and adds the reviewer's own word, which weighs as much as
    the four that would have published it, and fades like them.

    Raises:
        NotFoundError: nobody has reported this number.
        ProtectedNumberError: it is a protected code and cannot be published.
    """
    if decision is Decision.PUBLISH and (holder := holder_of(number)):
        raise ProtectedNumberError(
            f"number {number}: belongs to {holder} and is never published; dismiss the reports,"
            " calls that imitate it are recognised by themselves"
        )
    with store.writing() as connection:
        now = store.now(connection)
        change_reports(connection, f"review {review_id}")
        known = select(number_reports.c.id).where(number_reports.c.number == number).limit(1)
        if connection.execute(known).first() is None:
            raise NotFoundError("number: nobody has reported it; choose one from the queue")
        review = Review(review_id, number, decision, reason, by, now)
        if decision is Decision.PUBLISH:
            _publish(connection, review)
        add_review(connection, review)
        outbox = OutboxRows(connection, now)
        outbox.append("number_reviewed", {"review_id": review_id, "decision": decision.value})
        outbox.flush()
    return review


def add_review(connection: Connection, review: Review) -> None:
    """Record a decision; a dismissal takes all the number's reports so far out of the count."""
    table = number_reports
    if review.decision is Decision.DISMISS:
        dismissed = update(table).where(table.c.number == review.number)
        connection.execute(dismissed.values(dismissed=True))
    row = {"id": review.id, "number": review.number, "decision": review.decision, "reason": review.reason}
    connection.execute(insert(number_reviews), row | {"decided_by": review.by, "decided_at": review.at})


def list_reviews(store: SqlStore, number: str) -> tuple[Review, ...]:
    """Return the decisions on a number, the newest first."""
    table = number_reviews
    query = select(table).where(table.c.number == number).order_by(table.c.decided_at.desc(), table.c.id)
    with store.reading() as connection:
        return tuple(
            Review(row.id, row.number, row.decision, row.reason, row.decided_by, row.decided_at)
            for row in connection.execute(query)
        )


def _waiting() -> Select[tuple[str]]:
    reports, reviews = number_reports, number_reviews
    last = func.max(reviews.c.decided_at).label("at")
    reviewed = select(reviews.c.number, last).group_by(reviews.c.number).subquery()
    verified = func.count(func.distinct(reports.c.reporter)).filter(reports.c.verified)
    called = func.count(func.distinct(reports.c.resident_id))
    return (
        select(reports.c.number)
        .outerjoin(reviewed, reviewed.c.number == reports.c.number)
        .where(_open(), or_(reviewed.c.at.is_(None), reports.c.reported_at > reviewed.c.at))
        .group_by(reports.c.number)
        .order_by(verified.desc(), called.desc(), func.count().desc(), func.max(reports.c.reported_at).desc())
    )


def _open() -> ColumnElement[bool]:
    return and_(~number_reports.c.dismissed, number_reports.c.scam_type.is_not(None))


def _queued(connection: Connection, numbers: Sequence[str], now: datetime) -> tuple[QueuedNumber, ...]:
    table = number_reports
    query = select(table).where(table.c.number.in_(numbers), ~table.c.dismissed)
    rows: dict[str, list[Row[tuple[object, ...]]]] = {}
    for row in connection.execute(query.order_by(table.c.reported_at.desc(), table.c.id)):
        rows.setdefault(row.number, []).append(row)
    counted = read_reports(connection, numbers, now)
    found = []
    for number in numbers:
        reports = counted.get(number, [])
        reputation = reputation_of(reports, now)
        found.append(
            QueuedNumber(
                number=number,
                counts=counts_by_source(reports),
                scam_types=Counter(row.scam_type for row in rows[number] if row.scam_type),
                verified=reputation.reporters,
                called=len({row.resident_id for row in rows[number] if row.scam_type and row.resident_id}),
                score=round(reputation.score, 2),
                published=reputation.is_published,
                imitated=holder_of(number),
                newest_at=rows[number][0].reported_at,
                notes=tuple(row.note for row in rows[number] if row.note)[:NOTES],
            )
        )
    return tuple(found)


def _publish(connection: Connection, review: Review) -> None:
    table = number_reports
    spoken = table.c.number == review.number
    connection.execute(update(table).where(spoken, _open()).values(verified=True))
    named = select(table.c.scam_type, func.count().label("times")).where(
        spoken, table.c.scam_type.is_not(None)
    )
    row = connection.execute(named.group_by(table.c.scam_type).order_by(func.count().desc())).first()
    if row is None:
        raise NotFoundError("number: nobody has reported it as bad; report it first")
    own = {
        "id": review.id,
        "number": review.number,
        "source": ReportSource.REVIEW,
        "scam_type": row.scam_type,
        "verified": True,
        "dismissed": False,
        "reporter": hashed_reporter(connection, f"review {review.by}"),
        "entered_by": review.by,
        "note": review.reason,
        "happened_at": review.at,
        "reported_at": review.at,
    }
    connection.execute(insert(table), own)
