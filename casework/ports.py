"""What casework asks of a store: one unit of work with a repository for each kind of fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from casework.alert import Alert
from casework.attempt import Attempt
from casework.call import Call, CallNote
from casework.case import Case, StageEntry
from casework.resident import Resident
from casework.visit_order import VisitOrder
from casework.warning import ResidentWarning
from contracts.evidence import Evidence, Line
from contracts.node_api import Command


class TakenEvents(Protocol):
    """Ids of the events that were taken in."""

    def add(self, event_id: str, node: str) -> bool:
        """Remember an id; False where it was known already."""
        ...


class Residents(Protocol):
    """Enrolled residents."""

    def get(self, resident_id: str) -> Resident | None:
        """Return a resident; None where there is none of that id."""
        ...

    def lock(self, resident_id: str) -> Resident | None:
        """Return a resident and keep other alerts for the same person waiting until the commit."""
        ...


class Calls(Protocol):
    """Calls and what happened to them."""

    def add(self, call: Call) -> None:
        """Store a new call."""
        ...

    def get(self, call_id: str) -> Call | None:
        """Return a call; None where there is none of that id."""
        ...

    def save(self, call: Call) -> None:
        """Store a changed call."""
        ...

    def note(self, note: CallNote) -> None:
        """Store a note; the call need not be known."""
        ...


class Alerts(Protocol):
    """Alerts with their evidence and transcript."""

    def add(self, alert: Alert) -> None:
        """Store a new alert."""
        ...

    def get(self, alert_id: str) -> Alert | None:
        """Return an alert, not locked; None where there is none of that id."""
        ...

    def lock(self, alert_id: str) -> Alert | None:
        """Return an alert to be changed, locked until the commit; None where there is none of that id."""
        ...

    def of_call(self, call_id: str) -> Sequence[Alert]:
        """Return the alerts about a call."""
        ...

    def of_warning(self, warning_id: str) -> Sequence[Alert]:
        """Return the alerts that joined a warning, locked, oldest first."""
        ...

    def save(self, alert: Alert) -> None:
        """Store a changed alert."""
        ...

    def replace_evidence(self, alert_id: str, evidence: Sequence[Evidence]) -> None:
        """Put this evidence in the place of what was stored before."""
        ...

    def add_lines(self, alert_id: str, lines: Sequence[Line]) -> None:
        """Append to the transcript."""
        ...


class Warnings(Protocol):
    """Warnings; those returned stay locked until the commit."""

    def add(self, warning: ResidentWarning) -> None:
        """Store a new warning."""
        ...

    def get(self, warning_id: str) -> ResidentWarning | None:
        """Return a warning; None where there is none of that id."""
        ...

    def live_of(self, resident_id: str) -> ResidentWarning | None:
        """Return the resident's one live warning."""
        ...

    def save(self, warning: ResidentWarning) -> None:
        """Store a changed warning."""
        ...

    def claim_due(self, limit: int, besides: frozenset[str] = frozenset()) -> Sequence[ResidentWarning]:
        """Return due warnings, oldest first, passing over claimed ones and those of `besides`."""
        ...

    def claim_leasable(self, limit: int) -> Sequence[ResidentWarning]:
        """Return warnings with a planned attempt, most urgent first, passing over claimed ones."""
        ...


class Attempts(Protocol):
    """The ledger of dialled tries."""

    def add(self, attempt: Attempt) -> None:
        """Store a new attempt."""
        ...

    def get(self, attempt_id: str) -> Attempt | None:
        """Return an attempt; None where there is none of that id."""
        ...

    def save(self, attempt: Attempt) -> None:
        """Store a changed attempt."""
        ...


class Cases(Protocol):
    """Cases and their stages."""

    def add(self, case: Case) -> None:
        """Store a new case."""
        ...

    def get(self, case_id: str) -> Case | None:
        """Return a case; None where there is none of that id."""
        ...

    def open_of(self, resident_id: str) -> Case | None:
        """Return the resident's one open case."""
        ...

    def save(self, case: Case) -> None:
        """Store a changed case and raise its version.

        Raises:
            ConflictError: somebody else has changed it since it was read.
        """
        ...

    def enter_stage(self, entry: StageEntry) -> None:
        """Record that a case entered a stage."""
        ...


class VisitOrders(Protocol):
    """Orders to meet a resident."""

    def add(self, order: VisitOrder) -> None:
        """Store a new order; a second one of the same warning is an error of the database."""
        ...

    def unmet_of(self, case_id: str) -> VisitOrder | None:
        """Return the case's order that waits for its meeting."""
        ...


class Outbox(Protocol):
    """What the live feed and webhooks read; it holds ids and kinds, never text or numbers of people."""

    def append(self, kind: str, refs: Mapping[str, str]) -> None:
        """Add an event, numbered in the order of commits."""
        ...


class Commands(Protocol):
    """Operators' orders for live calls."""

    def add(self, command: Command) -> None:
        """Store an order for the node that has the call.

        Raises:
            NotFoundError: no such call.
            ConflictError: the call is over.
        """
        ...

    def deliver(self, node: str) -> Sequence[Command]:
        """Return a node's undelivered orders and mark them delivered; each is delivered at most once."""
        ...


class UnitOfWork(Protocol):
    """One transaction."""

    @property
    def taken(self) -> TakenEvents:
        """Ids of taken events."""
        ...

    @property
    def residents(self) -> Residents:
        """Residents."""
        ...

    @property
    def calls(self) -> Calls:
        """Calls."""
        ...

    @property
    def alerts(self) -> Alerts:
        """Alerts."""
        ...

    @property
    def warnings(self) -> Warnings:
        """Warnings."""
        ...

    @property
    def attempts(self) -> Attempts:
        """Attempts."""
        ...

    @property
    def cases(self) -> Cases:
        """Cases."""
        ...

    @property
    def visit_orders(self) -> VisitOrders:
        """Visit orders."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Outbox."""
        ...

    @property
    def commands(self) -> Commands:
        """Commands."""
        ...

    def now(self) -> datetime:
        """Return the database's time, UTC; it stands still within the transaction."""
        ...


UnitOfWorkFactory = Callable[[], AbstractContextManager[UnitOfWork]]
"""Begins a transaction; leaving it commits, an exception rolls it back."""
