"""Read models for the console, the API and the demo; each reads in one snapshot of the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, or_, select

from casework.alert import Alert
from casework.attempt import Attempt
from casework.call import Call, CallNote
from casework.case import Case, StageEntry
from casework.resident import Resident
from casework.visit_order import VisitOrder
from casework.warning import ResidentWarning
from contracts.errors import NotFoundError
from contracts.evidence import Evidence, Line
from contracts.taxonomy import RiskLevel
from store import schema, timeline
from store.cursor import Cursor
from store.resident_rows import ResidentRows, resident_of
from store.row import value_of
from store.unit_of_work import SqlStore
from store.views import (
    AlertView,
    CallPage,
    CallSummary,
    CallView,
    CasePage,
    CaseSummary,
    CaseView,
    WarningView,
)


def list_cases(store: SqlStore, *, after: str | None = None, limit: int = 50) -> CasePage:
    """Return cases, newest first, after a cursor.

    Raises:
        BadInputError: the cursor is not one this function returned.
    """
    query = _page(schema.cases, schema.cases.c.opened_at, after, limit)
    with store.reading() as connection:
        cases = [value_of(Case, row) for row in connection.execute(query).mappings()]
        items = tuple(_summarise_cases(connection, cases[:limit]))
    last = items[-1].case if len(cases) > limit else None
    return CasePage(items, str(Cursor(last.opened_at, last.id)) if last else None)


def read_case(store: SqlStore, case_id: str) -> CaseView:
    """Return one case with everything that belongs to it.

    Raises:
        NotFoundError: no such case.
    """
    with store.reading() as connection:
        row = connection.execute(select(schema.cases).where(schema.cases.c.id == case_id)).mappings().first()
        resident = ResidentRows(connection).get(row["resident_id"]) if row else None
        if row is None or resident is None:
            raise NotFoundError(f"case {case_id}: unknown; choose one from the list of cases")
        case = value_of(Case, row)
        alerts = _alerts(connection, schema.alerts.c.case_id == case_id)
        warnings = _warnings(connection, schema.warnings.c.case_id == case_id)
        call_ids = [view.alert.call_id for view in alerts if view.alert.call_id]
        calls, notes = _calls(connection, call_ids), _notes(connection, call_ids)
        stages = _stages(connection, case_id)
    moments = timeline.in_order(
        *map(timeline.of_call, calls),
        map(timeline.of_note, notes),
        *map(timeline.of_alert, alerts),
        timeline.of_case(case, stages),
        *map(timeline.of_warning, warnings),
    )
    deadline = None if case.closed_at else case.deadline_at
    return CaseView(case, resident, alerts, warnings, calls, stages, moments, deadline)


def list_calls(store: SqlStore, *, after: str | None = None, limit: int = 50) -> CallPage:
    """Return calls, newest first, after a cursor.

    Raises:
        BadInputError: the cursor is not one this function returned.
    """
    query = _page(schema.calls, schema.calls.c.started_at, after, limit)
    with store.reading() as connection:
        calls = [value_of(Call, row) for row in connection.execute(query).mappings()]
        items = tuple(_summarise_calls(connection, calls[:limit]))
    last = items[-1].call if len(calls) > limit else None
    return CallPage(items, str(Cursor(last.started_at, last.id)) if last else None)


def read_call(store: SqlStore, call_id: str) -> CallView:
    """Return one call with its notes, alerts and timeline.

    Raises:
        NotFoundError: no such call.
    """
    with store.reading() as connection:
        calls = _calls(connection, [call_id])
        if not calls:
            raise NotFoundError(f"call {call_id}: unknown; choose one from the list of calls")
        notes = _notes(connection, [call_id])
        alerts = _alerts(connection, schema.alerts.c.call_id == call_id)
        case_id = _case_of_call(connection, call_id)
        name = _names(connection, calls).get(calls[0].resident_id)
    moments = timeline.in_order(
        timeline.of_call(calls[0]), map(timeline.of_note, notes), *map(timeline.of_alert, alerts)
    )
    return CallView(calls[0], notes, alerts, case_id, name, moments)


def _page(table: Table, time: ColumnElement[object], after: str | None, limit: int) -> Select[tuple[object]]:
    query = select(table).order_by(time.desc(), table.c.id.desc()).limit(limit + 1)
    if after is None:
        return query
    cursor = Cursor.parse(after)
    return query.where(or_(time < cursor.at, and_(time == cursor.at, table.c.id < cursor.id)))


def _summarise_cases(connection: Connection, cases: Sequence[Case]) -> Sequence[CaseSummary]:
    ids, people = [case.id for case in cases], {case.resident_id for case in cases}
    query = select(schema.residents).where(schema.residents.c.id.in_(people))
    residents = {row["id"]: resident_of(row) for row in connection.execute(query).mappings()}
    warnings: dict[str | None, list[WarningView]] = {}
    for view in _warnings(connection, schema.warnings.c.case_id.in_(ids)):
        warnings.setdefault(view.warning.case_id, []).append(view)
    return [_summary(case, warnings.get(case.id, []), residents) for case in cases]


def _summary(case: Case, warnings: Sequence[WarningView], residents: dict[str, Resident]) -> CaseSummary:
    ended = [attempt for view in warnings for attempt in view.attempts if attempt.outcome]
    return CaseSummary(
        case=case,
        resident=residents[case.resident_id],
        warning_phase=warnings[-1].warning.phase.value if warnings else None,
        last_outcome=str(ended[-1].outcome) if ended else None,
        visit_ordered=any(view.visit_order for view in warnings),
    )


def _summarise_calls(connection: Connection, calls: Sequence[Call]) -> Sequence[CallSummary]:
    query = select(schema.alerts).where(schema.alerts.c.call_id.in_([call.id for call in calls]))
    rows = connection.execute(query.order_by(schema.alerts.c.level)).mappings()
    worst = {row["call_id"]: value_of(Alert, row) for row in rows}
    names = _names(connection, calls)
    return [
        CallSummary(
            call=call,
            level=worst[call.id].level if call.id in worst else RiskLevel.NONE,
            scam_type=worst[call.id].scam_type if call.id in worst else None,
            case_id=worst[call.id].case_id if call.id in worst else None,
            resident_name=names.get(call.resident_id),
        )
        for call in calls
    ]


def _names(connection: Connection, calls: Sequence[Call]) -> dict[str | None, str]:
    residents = schema.residents
    called = {call.resident_id for call in calls if call.resident_id}
    query = select(residents.c.id, residents.c.name).where(residents.c.id.in_(called))
    return {row.id: row.name for row in connection.execute(query)}


def _case_of_call(connection: Connection, call_id: str) -> str | None:
    table = schema.alerts
    query = select(func.max(table.c.case_id)).where(table.c.call_id == call_id)
    case_id: str | None = connection.execute(query).scalar_one()
    return case_id


def _alerts(connection: Connection, where: ColumnElement[bool]) -> tuple[AlertView, ...]:
    table, evidence, lines = schema.alerts, schema.evidence, schema.transcript_lines
    query = select(table).where(where).order_by(table.c.received_at, table.c.id)
    alerts = [value_of(Alert, row) for row in connection.execute(query).mappings()]
    return tuple(
        AlertView(
            alert=alert,
            evidence=tuple(
                Evidence.model_validate(dict(row))
                for row in connection.execute(
                    select(evidence).where(evidence.c.alert_id == alert.id).order_by(evidence.c.n)
                ).mappings()
            ),
            transcript=tuple(
                Line.model_validate(dict(row))
                for row in connection.execute(
                    select(lines).where(lines.c.alert_id == alert.id).order_by(lines.c.start_ms, lines.c.n)
                ).mappings()
            ),
        )
        for alert in alerts
    )


def _warnings(connection: Connection, where: ColumnElement[bool]) -> tuple[WarningView, ...]:
    table, attempts, visits = schema.warnings, schema.attempts, schema.visit_orders
    query = select(table).where(where).order_by(table.c.opened_at, table.c.id)
    warnings = [value_of(ResidentWarning, row) for row in connection.execute(query).mappings()]
    ids = [warning.id for warning in warnings]
    tried = connection.execute(
        select(attempts).where(attempts.c.warning_id.in_(ids)).order_by(attempts.c.n)
    ).mappings()
    ledger = [value_of(Attempt, row) for row in tried]
    ordered = connection.execute(select(visits).where(visits.c.warning_id.in_(ids))).mappings()
    orders = {row["warning_id"]: value_of(VisitOrder, row) for row in ordered}
    return tuple(
        WarningView(
            warning=warning,
            attempts=tuple(attempt for attempt in ledger if attempt.warning_id == warning.id),
            visit_order=orders.get(warning.id),
        )
        for warning in warnings
    )


def _calls(connection: Connection, call_ids: Sequence[str]) -> tuple[Call, ...]:
    table = schema.calls
    query = select(table).where(table.c.id.in_(call_ids)).order_by(table.c.started_at, table.c.id)
    return tuple(value_of(Call, row) for row in connection.execute(query).mappings())


def _notes(connection: Connection, call_ids: Sequence[str]) -> tuple[CallNote, ...]:
    table = schema.call_notes
    query = select(table).where(table.c.call_id.in_(call_ids)).order_by(table.c.at, table.c.n)
    return tuple(value_of(CallNote, row) for row in connection.execute(query).mappings())


def _stages(connection: Connection, case_id: str) -> tuple[StageEntry, ...]:
    table = schema.case_stages
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.n)
    return tuple(value_of(StageEntry, row) for row in connection.execute(query).mappings())
