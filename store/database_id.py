"""The name of a database: it tells files made from it from those of another in the same place."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Connection, select

from store import schema
from store.insertion import insert_new
from store.unit_of_work import SqlStore

_ROW = "database"
"""Its row stands beside the digests, which name what they are of as well."""


def read_database_id(connection: Connection) -> str:
    """Return 32 hexadecimal digits; empty where nobody has asked for them before."""
    table = schema.revisions
    return connection.scalar(select(table.c.digest).where(table.c.name == _ROW)) or ""


def database_id(store: SqlStore) -> str:
    """Return 32 hexadecimal digits, the same for ever; a copy of the database has them too.

    Raises:
        StoreUnavailableError: the database is away, or too busy to write them when first asked.
    """
    with store.reading() as connection:
        known = read_database_id(connection)
    return known or _make(store)


def _make(store: SqlStore) -> str:
    with store.writing() as connection:
        # Where another process was first, its name is the one.
        connection.execute(insert_new(connection, schema.revisions).values(name=_ROW, digest=uuid4().hex))
        return read_database_id(connection)
