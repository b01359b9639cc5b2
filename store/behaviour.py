"""How callers behave, counted from the calls that nodes reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from blacklists.behaviour import (
    HOUR,
    LEAST_REPEATS,
    LEAST_RESIDENTS,
    REPORTED_FOR,
    Behaviour,
    most_within,
)
from store import schema
from store.report_schema import number_reports


def read_behaviour(connection: Connection, now: datetime) -> dict[str, Behaviour]:
    """Return the callers whose behaviour is remarkable, by number."""
    found: dict[str, Behaviour] = {}
    for caller, residents in _residents_called(connection, now):
        found[caller] = replace(found.get(caller, Behaviour()), residents_last_hour=residents)
    for caller, repeats in _repeats(connection, now):
        found[caller] = replace(found.get(caller, Behaviour()), repeats=repeats)
    for number, reported in _later_reported(connection, now):
        found[number] = replace(found.get(number, Behaviour()), later_reported=reported)
    return {number: behaviour for number, behaviour in found.items() if behaviour.is_remarkable}


def _residents_called(connection: Connection, now: datetime) -> Iterator[tuple[str, int]]:
    calls = schema.calls
    residents = func.count(calls.c.resident_id.distinct())
    query = select(calls.c.caller, residents).where(_screened(now - HOUR)).group_by(calls.c.caller)
    yield from connection.execute(query.having(residents >= LEAST_RESIDENTS)).tuples()


def _repeats(connection: Connection, now: datetime) -> Iterator[tuple[str, int]]:
    """Only pairs with so many calls in the hour can have them in ten minutes; their times are looked at."""
    calls = schema.calls
    known = _screened(now - HOUR)
    pair = select(calls.c.caller, calls.c.resident_id).where(known)
    often = pair.group_by(calls.c.caller, calls.c.resident_id).having(func.count() >= LEAST_REPEATS)
    busy = often.subquery()
    query = select(calls.c.caller, calls.c.resident_id, calls.c.started_at).join(
        busy, and_(busy.c.caller == calls.c.caller, busy.c.resident_id == calls.c.resident_id)
    )
    times: dict[tuple[str, str], list[datetime]] = {}
    for caller, resident_id, at in connection.execute(query.where(calls.c.started_at > now - HOUR)):
        times.setdefault((caller, resident_id), []).append(at)
    most: dict[str, int] = {}
    for (caller, _), called in times.items():
        most[caller] = max(most.get(caller, 0), most_within(called))
    yield from ((caller, repeats) for caller, repeats in most.items() if repeats >= LEAST_REPEATS)


def _later_reported(connection: Connection, now: datetime) -> Iterator[tuple[str, int]]:
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
    yield from connection.execute(query).tuples()


def _screened(since: datetime) -> ColumnElement[bool]:
    calls = schema.calls
    return and_(calls.c.started_at > since, calls.c.caller.is_not(None), calls.c.resident_id.is_not(None))
