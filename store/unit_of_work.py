"""Transactions on the database: the unit of work and the store that begins it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection, Engine

from casework.ports import UnitOfWork


class SqlStore:
    """The database of one service; safe to share between threads."""

    def __init__(self, engine: Engine, clock_offset: timedelta = timedelta(0)) -> None:
        self.engine = engine
        self.clock_offset = clock_offset
        """Added to the database's clock; tests move it forward."""

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Begin a transaction; leaving it commits, an exception rolls it back."""
        raise NotImplementedError

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection that sees one state of the database and changes nothing."""
        raise NotImplementedError
