"""Cases, their stages and visit orders, in the database."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, insert, select, update

from casework.case import Case, StageEntry
from casework.visit_order import VisitOrder
from contracts.errors import ConflictError
from store import schema
from store.row import row_of, value_of


class CaseRows:
    """Implements `casework.ports.Cases`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, case: Case) -> None:
        """Store a new case."""
        self._connection.execute(insert(schema.cases), row_of(case))

    def get(self, case_id: str) -> Case | None:
        """Return a case, locked."""
        return self._first(schema.cases.c.id == case_id)

    def open_of(self, resident_id: str) -> Case | None:
        """Return the resident's one open case, locked."""
        table = schema.cases
        return self._first((table.c.resident_id == resident_id) & table.c.closed_at.is_(None))

    def save(self, case: Case) -> None:
        """Store a changed case under the next version."""
        table = schema.cases
        where = (table.c.id == case.id) & (table.c.version == case.version)
        row = row_of(case) | {"version": case.version + 1}
        if self._connection.execute(update(table).where(where).values(row)).rowcount != 1:
            raise ConflictError(f"case {case.id}: changed by somebody else; read it again")

    def enter_stage(self, entry: StageEntry) -> None:
        """Record that a case entered a stage."""
        self._connection.execute(insert(schema.case_stages), row_of(entry))

    def _first(self, where: ColumnElement[bool]) -> Case | None:
        query = select(schema.cases).where(where).with_for_update()
        row = self._connection.execute(query).mappings().first()
        return value_of(Case, row) if row else None


class VisitOrderRows:
    """Implements `casework.ports.VisitOrders`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, order: VisitOrder) -> None:
        """Store a new order."""
        self._connection.execute(insert(schema.visit_orders), row_of(order))

    def unmet_of(self, case_id: str) -> VisitOrder | None:
        """Return the case's order that waits for its meeting."""
        table = schema.visit_orders
        query = select(table).where(table.c.case_id == case_id, table.c.met_at.is_(None))
        row = self._connection.execute(query.order_by(table.c.deadline_at)).mappings().first()
        return value_of(VisitOrder, row) if row else None
