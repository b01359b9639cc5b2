"""Inserting a row that another transaction may insert as well."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert that does nothing for a row that exists; `.values` and `.returning` are the caller's.

    The statement is each database's own: SQL has none for all.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()
