"""Database engines: SQLite for one machine, PostgreSQL for many."""

from __future__ import annotations

from sqlite3 import SQLITE_BUSY
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteError
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from contracts.errors import ConfigurationError

BUSY_TIMEOUT_MS = 10_000
"""How long a SQLite writer waits for another before it fails, ms."""
LOCK_TIMEOUT_MS = 10_000
"""How long a PostgreSQL writer waits for a row before it fails, ms; a URL's own `options` go before it."""
CONNECT_TIMEOUT_S = 5
"""How long a connection to PostgreSQL may take, s."""
MOST_CONNECTIONS = 44
"""One for each of the web server's 40 threads, and some for the loops beside them."""
KEPT_CONNECTIONS = 10
"""So many stay open while nothing is asked."""
POOL_TIMEOUT_S = 3
"""How long a thread waits for a free connection before it fails, s."""
_BUSY_PAUSE_S = 0.005
_POOL: dict[str, Any] = {
    # Errors must not quote rows: they are people's data.
    "hide_parameters": True,
    "max_overflow": MOST_CONNECTIONS - KEPT_CONNECTIONS,
    "pool_size": KEPT_CONNECTIONS,
    "pool_timeout": POOL_TIMEOUT_S,
    "poolclass": QueuePool,
}


def open_engine(url: str) -> Engine:
    """Return an engine for `sqlite:///path` or `postgresql+psycopg://...` (`postgresql://` is taken as that).

    Raises:
        ConfigurationError: the URL cannot be read, or names another database.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    return _open_postgresql(parsed.set(drivername="postgresql+psycopg"))


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError(
            "database URL: cannot be read; write sqlite:///path/to/file or postgresql://user@host/name"
        ) from None
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise ConfigurationError(
            f"database URL: {parsed.get_backend_name()} is not supported; use sqlite or postgresql"
        )
    return parsed


def _open_postgresql(url: URL) -> Engine:
    given = url.query.get("options", ())
    options = [given] if isinstance(given, str) else list(given)
    return create_engine(
        url,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            # What the URL asks for comes last and wins.
            "options": " ".join([f"-c lock_timeout={LOCK_TIMEOUT_MS}", *options]),
        },
        pool_pre_ping=True,
        **_POOL,
    )


def _open_sqlite(url: URL) -> Engine:
    engine = create_engine(url, **_POOL)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: it would begin them deferred, and two writers
    # that both have read could then never both go on.
    connection.isolation_level = None
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _write_ahead(connection)


def _write_ahead(connection: SqliteConnection) -> None:
    """Switch a new file to the write-ahead log; wait for another process that is at it.

    The switch reads the file first and then wants it alone. Two that have both read would wait for each other
    for ever, so SQLite tells both at once that it is busy, whatever `busy_timeout` says.
    """
    until = monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except SqliteError as error:
            if error.sqlite_errorcode & 0xFF != SQLITE_BUSY or monotonic() > until:
                raise
            sleep(_BUSY_PAUSE_S)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("changmao_read_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
