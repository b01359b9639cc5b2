"""Requests of people who say that a number is listed wrongly, each answered within a deadline (R47)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, insert, select, update

from blacklists.key import key_of
from blacklists.pattern import parse_pattern
from contracts.errors import ConflictError, NotFoundError
from contracts.number_list import EntryKind
from contracts.phone import PhoneNumber
from store.cleared_numbers import CLEARED_KINDS, clear_number
from store.list_entry import end_entry
from store.list_import import Order
from store.lists import list_row, number_lists
from store.report_queue import Review, add_review
from store.report_schema import Decision, RemovalState, removal_requests
from store.reports import change_reports
from store.row import row_of, value_of
from store.second_person import check_other_than_lister
from store.unit_of_work import OutboxRows, SqlStore


@dataclass(frozen=True, slots=True)
class RemovalRequest:
    """One request and what became of it."""

    id: str
    number: str
    reason: str
    contact: str
    """How the answer reaches whoever asked."""
    requested_at: datetime
    deadline_at: datetime
    state: RemovalState = RemovalState.OPEN
    decided_at: datetime | None = None
    decided_by: str | None = None
    """An account's name."""
    answer: str | None = None
    """The reason of the decision."""
    entries_ended: int | None = None
    """Entries of score and hard lists ended by an acceptance."""

    def is_overdue(self, now: datetime) -> bool:
        """Whether it waits for an answer past its deadline."""
        return self.state is RemovalState.OPEN and now >= self.deadline_at


def add_request(
    store: SqlStore, request_id: str, number: PhoneNumber, *, reason: str, contact: str, within: timedelta
) -> RemovalRequest:
    """Store a request, to be answered within a duration."""
    with store.writing() as connection:
        now = store.now(connection)
        request = RemovalRequest(request_id, number.value, reason, contact, now, now + within)
        connection.execute(insert(removal_requests), row_of(request))
        _tell(connection, now, "removal_requested", request)
    return request


def list_requests(store: SqlStore, limit: int = 100) -> tuple[tuple[RemovalRequest, bool], ...]:
    """Return requests and whether each is overdue: open ones by deadline, then the answered, newest first."""
    table = removal_requests
    is_open = table.c.state == RemovalState.OPEN
    order = (case((is_open, 0), else_=1), case((is_open, table.c.deadline_at)), table.c.decided_at.desc())
    with store.reading() as connection:
        now = store.now(connection)
        rows = connection.execute(select(table).order_by(*order, table.c.id).limit(limit)).mappings()
        requests = [_request(row) for row in rows]
        return tuple((request, request.is_overdue(now)) for request in requests)


def read_request(store: SqlStore, request_id: str) -> RemovalRequest:
    """Return one request.

    Raises:
        NotFoundError: no such request.
    """
    with store.reading() as connection:
        return _find(connection, request_id)


def decide_request(
    store: SqlStore, request_id: str, *, accepted: bool, reason: str, by: str, single_admin: bool = False
) -> RemovalRequest:
    """Answer a request, all or nothing.

    An acceptance ends the number's own entries on score and hard lists, each list by a version of its own,
    keeps imports from bringing it back, and dismisses all reports on it; prefixes and ranges that cover it
    stay. With `single_admin` whoever listed the number may accept it as well.

    Raises:
        NotFoundError: no such request.
        ConflictError: it has been answered.
        OwnListingError: another person than the one who listed the number must accept it.
    """
    with store.writing() as connection:
        now = store.now(connection)
        change_reports(connection, f"removal {request_id}")
        request = _find(connection, request_id)
        if request.state is not RemovalState.OPEN:
            raise ConflictError(f"removal request {request_id}: is {request.state} already; load it again")
        if accepted and not single_admin:
            _check_listers(connection, request, by)
        ended = _clear(connection, request, now, by) if accepted else None
        decided = {
            "state": RemovalState.ACCEPTED if accepted else RemovalState.REFUSED,
            "decided_at": now,
            "decided_by": by,
            "answer": reason,
            "entries_ended": ended,
        }
        connection.execute(
            update(removal_requests).where(removal_requests.c.id == request_id).values(decided)
        )
        answered = _find(connection, request_id)
        _tell(connection, now, "removal_decided", answered)
    return answered


def _check_listers(connection: Connection, request: RemovalRequest, by: str) -> None:
    for name in _cleared_lists(connection):
        check_other_than_lister(connection, list_row(connection, name), key_of(request.number), by)


def _clear(connection: Connection, request: RemovalRequest, now: datetime, by: str) -> int:
    origin = f"removal request {request.id}"
    pattern = parse_pattern(request.number, EntryKind.EXACT)
    order = Order(by, origin)
    # No third person is needed: who listed it and who decides are two.
    versions = [
        end_entry(connection, now, name, pattern, order, single_admin=True)
        for name in _cleared_lists(connection)
    ]
    clear_number(connection, request.number, request.id, now)
    review = Review(f"removal-{request.id}", request.number, Decision.DISMISS, origin, by, now)
    add_review(connection, review)
    return sum(version is not None for version in versions)


def _cleared_lists(connection: Connection) -> list[str]:
    return [each.name for each in number_lists(connection) if each.kind in CLEARED_KINDS]


def _find(connection: Connection, request_id: str) -> RemovalRequest:
    query = select(removal_requests).where(removal_requests.c.id == request_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFoundError(f"removal request {request_id}: unknown; choose one from the list")
    return _request(row)


def _request(row: Mapping[Any, Any]) -> RemovalRequest:
    return value_of(RemovalRequest, row)


def _tell(connection: Connection, now: datetime, kind: str, request: RemovalRequest) -> None:
    outbox = OutboxRows(connection, now)
    outbox.append(kind, {"request_id": request.id, "state": request.state.value})
    outbox.flush()
