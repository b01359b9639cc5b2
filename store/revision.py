"""A digest of all rows of one kind, kept up to date row by row: equal rows, equal digest, whatever the order.

The digest is the sum of the rows' SHA-256 values modulo 2**256, so adding and taking away cost one row each.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from pydantic import BaseModel
from sqlalchemy import Connection, select, update

from store import schema
from store.insertion import insert_new

ENROLMENTS = "enrolments"
_MODULUS = 1 << 256


def read_revision(connection: Connection, name: str) -> str:
    """Return the digest as 64 hexadecimal digits."""
    query = select(schema.revisions.c.digest).where(schema.revisions.c.name == name)
    return connection.execute(query).scalar_one_or_none() or "0" * 64


def change_revision(
    connection: Connection, name: str, removed: Iterable[BaseModel], added: Iterable[BaseModel]
) -> None:
    """Put rows' digests in the place of others, in the transaction that changes the rows."""
    change = sum(map(_digest, added)) - sum(map(_digest, removed))
    digest = f"{(int(lock_revision(connection, name), 16) + change) % _MODULUS:064x}"
    table = schema.revisions
    # Locked above, and so there.
    connection.execute(update(table).where(table.c.name == name).values(digest=digest))


def lock_revision(connection: Connection, name: str) -> str:
    """Return the digest and keep other changes of these rows waiting until the commit."""
    # The row must exist before it can be locked; two imports must not both be the first.
    connection.execute(insert_new(connection, schema.revisions).values(name=name, digest="0" * 64))
    query = select(schema.revisions.c.digest).where(schema.revisions.c.name == name)
    digest: str = connection.execute(query.with_for_update()).scalar_one()
    return digest


def _digest(row: BaseModel) -> int:
    return int.from_bytes(sha256(row.model_dump_json().encode()).digest())
