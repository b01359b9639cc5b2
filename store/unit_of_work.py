"""Transactions on the database: the unit of work and the store that begins it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, insert, text
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from contracts.errors import BadInputError, ConflictError
from store import schema
from store.alert_rows import AlertRows
from store.call_rows import CallRows, CommandRows
from store.case_rows import CaseRows, VisitOrderRows
from store.errors import StoreUnavailableError
from store.resident_rows import ResidentRows, TakenEventRows
from store.warning_rows import AttemptRows, WarningRows

_OUTBOX_LOCK = 7_310_962_110
"""Any number nobody else uses for an advisory lock in this database."""


class SqlStore:
    """The database of one service; safe to share between threads."""

    def __init__(self, engine: Engine, clock_offset: timedelta = timedelta(0)) -> None:
        self.engine = engine
        self.clock_offset = clock_offset
        """Added to the database's clock; tests move it forward."""

    @contextmanager
    def begin(self) -> Iterator[SqlUnitOfWork]:
        """Begin a transaction; leaving it commits, an exception rolls it back.

        Raises:
            StoreUnavailableError: the database is away, busy for too long, or chose this transaction to
                break a deadlock.
            ConflictError: a row that must be unique exists.
            BadInputError: a value fits no column: too long, too large, or with a NUL.
        """
        with self.writing() as connection:
            uow = SqlUnitOfWork(connection, self.now(connection))
            yield uow
            uow.outbox.flush()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a transaction below the ports, for administration and imports; errors as `begin`."""
        with _named_errors(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection that sees one state of the database and changes nothing; errors as `begin`."""
        options: dict[str, str | bool] = {"changmao_read_only": True}
        if self.engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with _named_errors(), self.engine.connect() as connection:
            yield connection.execution_options(**options)

    def now(self, connection: Connection) -> datetime:
        """Return the database's time, UTC, with the offset: the only clock for due decisions."""
        if self.engine.dialect.name == "postgresql":
            now: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            return now.astimezone(UTC) + self.clock_offset
        written = connection.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(written).replace(tzinfo=UTC) + self.clock_offset


class SqlUnitOfWork:
    """One transaction; implements `casework.ports.UnitOfWork`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._now = now
        self.taken = TakenEventRows(connection, now)
        self.residents = ResidentRows(connection)
        self.calls = CallRows(connection)
        self.alerts = AlertRows(connection)
        self.warnings = WarningRows(connection, now)
        self.attempts = AttemptRows(connection)
        self.cases = CaseRows(connection)
        self.visit_orders = VisitOrderRows(connection)
        self.commands = CommandRows(connection, now)
        self.outbox = OutboxRows(connection, now)

    def now(self) -> datetime:
        """Return the database's time at the beginning of the transaction."""
        return self._now


class OutboxRows:
    """Implements `casework.ports.Outbox`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._pending: list[dict[str, object]] = []

    def append(self, kind: str, refs: Mapping[str, str]) -> None:
        """Keep an event until the end of the transaction."""
        self._pending.append({"at": self._now, "kind": kind, "refs": dict(refs)})

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of the events kept so far."""
        return frozenset(str(event["kind"]) for event in self._pending)

    def flush(self) -> None:
        """Write the events, the last thing before the commit.

        Sequence numbers must become visible in their order, else a reader passes over the late ones. The
        lock that makes them so is held only from here to the commit, when no other lock is asked for.
        """
        if not self._pending:
            return
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _OUTBOX_LOCK})
        self._connection.execute(insert(schema.outbox), self._pending)
        self._pending = []


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise ConflictError(
            f"database: a row exists already or refers to nothing: {_cause(error)}"
        ) from error
    except DataError as error:
        raise _bad_value(_cause(error)) from error
    except OverflowError as error:
        raise _bad_value(type(error).__name__) from error
    except (OperationalError, InterfaceError) as error:
        raise _unavailable(_cause(error)) from error
    except PoolTimeoutError as error:
        raise _unavailable("all connections are in use") from error
    except StatementError as error:
        # A driver's own error is none of these; here a value could not even be handed to it.
        if isinstance(error.orig, OverflowError):
            raise _bad_value(_cause(error)) from error
        raise


def _bad_value(cause: str) -> BadInputError:
    return BadInputError(
        f"database: a value fits no column: {cause}; send shorter text, no NUL, smaller numbers, real times"
    )


def _unavailable(cause: str) -> StoreUnavailableError:
    return StoreUnavailableError(
        f"database: not available: {cause}; check that it runs and is not locked, then try again"
    )


def _cause(error: StatementError) -> str:
    # The driver's class only: its text may hold the row's values, which are people's data.
    return type(error.orig).__name__
