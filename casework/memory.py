"""The ports of casework in memory: for tests, replays and simulations; it keeps the database's promises."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from casework.alert import Alert
from casework.attempt import Attempt
from casework.call import Call, CallNote
from casework.case import Case, StageEntry
from casework.resident import Resident
from casework.visit_order import VisitOrder
from casework.warning import Phase, ResidentWarning
from contracts.errors import ConflictError, NotFoundError
from contracts.evidence import Evidence, Line
from contracts.node_api import Command
from contracts.ports import Clock

_Row = TypeVar("_Row")


@dataclass
class Rows:
    """All facts, by id; values are frozen, so a shallow copy is a snapshot."""

    taken: dict[str, str] = field(default_factory=dict)
    residents: dict[str, Resident] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    notes: dict[int, CallNote] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    lines: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    warnings: dict[str, ResidentWarning] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    stages: dict[int, StageEntry] = field(default_factory=dict)
    visit_orders: dict[str, VisitOrder] = field(default_factory=dict)
    outbox: dict[int, tuple[str, dict[str, str]]] = field(default_factory=dict)
    commands: dict[str, tuple[Command, bool]] = field(default_factory=dict)
    """With whether it was delivered."""

    def copy(self) -> Rows:
        """Return rows that may change without these changing."""
        return Rows(**{name: dict(rows) for name, rows in vars(self).items()})


class MemoryStore:
    """A store that forgets at the end of the process; transactions follow one another."""

    def __init__(self, clock: Clock) -> None:
        self.rows = Rows()
        self._clock = clock
        self._lock = threading.Lock()

    @contextmanager
    def begin(self) -> Iterator[MemoryUnitOfWork]:
        """Begin a transaction; leaving it commits, an exception rolls it back."""
        with self._lock:
            uow = MemoryUnitOfWork(self.rows.copy(), self._clock.now())
            yield uow
            self.rows = uow.rows


class MemoryUnitOfWork:
    """One transaction over a copy of the rows."""

    def __init__(self, rows: Rows, now: datetime) -> None:
        self.rows = rows
        self._now = now
        self.taken = _Taken(rows)
        self.residents = _Residents(rows)
        self.calls = _Calls(rows)
        self.alerts = _Alerts(rows)
        self.warnings = _Warnings(rows, now)
        self.attempts = _Attempts(rows)
        self.cases = _Cases(rows)
        self.visit_orders = _VisitOrders(rows)
        self.outbox = _Outbox(rows)
        self.commands = _Commands(rows)

    def now(self) -> datetime:
        """Return the clock's time at the beginning of the transaction."""
        return self._now


class _Repository:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows


class _Taken(_Repository):
    def add(self, event_id: str, node: str) -> bool:
        if event_id in self._rows.taken:
            return False
        self._rows.taken[event_id] = node
        return True


class _Residents(_Repository):
    def add(self, resident: Resident) -> None:
        _insert(self._rows.residents, resident.id, resident)

    def get(self, resident_id: str) -> Resident | None:
        return self._rows.residents.get(resident_id)

    def lock(self, resident_id: str) -> Resident | None:
        return self.get(resident_id)


class _Calls(_Repository):
    def add(self, call: Call) -> None:
        _insert(self._rows.calls, call.id, call)

    def get(self, call_id: str) -> Call | None:
        return self._rows.calls.get(call_id)

    def save(self, call: Call) -> None:
        self._rows.calls[call.id] = call

    def note(self, note: CallNote) -> None:
        self._rows.notes[len(self._rows.notes)] = note


class _Alerts(_Repository):
    def add(self, alert: Alert) -> None:
        _insert(self._rows.alerts, alert.id, alert)

    def get(self, alert_id: str) -> Alert | None:
        return self._rows.alerts.get(alert_id)

    def lock(self, alert_id: str) -> Alert | None:
        return self.get(alert_id)

    def of_call(self, call_id: str) -> Sequence[Alert]:
        return [alert for alert in self._rows.alerts.values() if alert.call_id == call_id]

    def of_warning(self, warning_id: str) -> Sequence[Alert]:
        return [alert for alert in self._rows.alerts.values() if alert.warning_id == warning_id]

    def save(self, alert: Alert) -> None:
        self._rows.alerts[alert.id] = alert

    def replace_evidence(self, alert_id: str, evidence: Sequence[Evidence]) -> None:
        self._rows.evidence[alert_id] = tuple(evidence)

    def add_lines(self, alert_id: str, lines: Sequence[Line]) -> None:
        self._rows.lines[alert_id] = (*self._rows.lines.get(alert_id, ()), *lines)


class _Warnings(_Repository):
    def __init__(self, rows: Rows, now: datetime) -> None:
        super().__init__(rows)
        self._now = now

    def add(self, warning: ResidentWarning) -> None:
        _insert(self._rows.warnings, warning.id, warning)

    def get(self, warning_id: str) -> ResidentWarning | None:
        return self._rows.warnings.get(warning_id)

    def live_of(self, resident_id: str) -> ResidentWarning | None:
        mine = (each for each in self._rows.warnings.values() if each.resident_id == resident_id)
        return next((warning for warning in mine if warning.is_live), None)

    def save(self, warning: ResidentWarning) -> None:
        self._rows.warnings[warning.id] = warning

    def claim_due(self, limit: int, besides: frozenset[str] = frozenset()) -> Sequence[ResidentWarning]:
        timed = [
            (each.next_action_at, each.id) for each in self._rows.warnings.values() if each.id not in besides
        ]
        due = sorted((at, warning_id) for at, warning_id in timed if at and at <= self._now)
        return [self._rows.warnings[warning_id] for _, warning_id in due[:limit]]

    def claim_leasable(self, limit: int) -> Sequence[ResidentWarning]:
        ready = [each for each in self._rows.warnings.values() if each.phase is Phase.DUE]
        ready.sort(key=lambda each: (each.meet_by, -each.level, each.id))
        return ready[:limit]


class _Attempts(_Repository):
    def add(self, attempt: Attempt) -> None:
        _insert(self._rows.attempts, attempt.id, attempt)

    def get(self, attempt_id: str) -> Attempt | None:
        return self._rows.attempts.get(attempt_id)

    def save(self, attempt: Attempt) -> None:
        self._rows.attempts[attempt.id] = attempt


class _Cases(_Repository):
    def add(self, case: Case) -> None:
        _insert(self._rows.cases, case.id, case)

    def get(self, case_id: str) -> Case | None:
        return self._rows.cases.get(case_id)

    def open_of(self, resident_id: str) -> Case | None:
        mine = (case for case in self._rows.cases.values() if case.resident_id == resident_id)
        return next((case for case in mine if case.closed_at is None), None)

    def save(self, case: Case) -> None:
        if self._rows.cases[case.id].version != case.version:
            raise ConflictError(f"case {case.id}: changed by somebody else; read it again")
        self._rows.cases[case.id] = replace(case, version=case.version + 1)

    def enter_stage(self, entry: StageEntry) -> None:
        self._rows.stages[len(self._rows.stages)] = entry


class _VisitOrders(_Repository):
    def add(self, order: VisitOrder) -> None:
        _insert(self._rows.visit_orders, order.warning_id, order)

    def unmet_of(self, case_id: str) -> VisitOrder | None:
        of_case = (order for order in self._rows.visit_orders.values() if order.case_id == case_id)
        return next((order for order in of_case if order.met_at is None), None)


class _Outbox(_Repository):
    def append(self, kind: str, refs: Mapping[str, str]) -> None:
        self._rows.outbox[len(self._rows.outbox) + 1] = (kind, dict(refs))


class _Commands(_Repository):
    def add(self, command: Command) -> None:
        call = self._rows.calls.get(command.call_id)
        if call is None:
            raise NotFoundError(f"call {command.call_id}: unknown; choose a call from the list")
        if call.ended_at:
            raise ConflictError(f"call {command.call_id}: is over; nothing can be done to it")
        _insert(self._rows.commands, command.id, (command, False))

    def deliver(self, node: str) -> Sequence[Command]:
        waiting = [
            command
            for command, delivered in self._rows.commands.values()
            if not delivered and self._rows.calls[command.call_id].node == node
        ]
        self._rows.commands.update({command.id: (command, True) for command in waiting})
        return waiting


def _insert(rows: dict[str, _Row], key: str, row: _Row) -> None:
    if key in rows:
        raise ConflictError(f"row {key}: exists already; give it another id")
    rows[key] = row
