"""The number lists there are: their kinds, order and owners."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from blacklists.list_file_layout import MOST_ENTRIES_PER_NUMBER
from contracts.errors import BadInputError, ConflictError, NotFoundError
from contracts.number_list import ListKind, NumberList
from store.list_schema import number_lists as table
from store.unit_of_work import SqlStore

LONGEST_OWNER = 80
"""Characters of a list's owner."""
MOST_LISTS = MOST_ENTRIES_PER_NUMBER
"""A number may stand in every list once, and a look-up must be able to walk all of that."""
_NAME = re.compile(r"[a-z0-9_-]{1,40}")
_TAKEN_BY_ROUTES = {"lookup"}


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list as the database keeps it."""

    n: int
    list: NumberList


def number_lists(connection: Connection) -> tuple[NumberList, ...]:
    """Return every list at its version in force, by kind and precedence."""
    columns = (table.c[name] for name in NumberList.model_fields)
    query = select(*columns).order_by(table.c.kind, table.c.precedence, table.c.name)
    return tuple(NumberList.model_validate(dict(row)) for row in connection.execute(query).mappings())


def list_row(connection: Connection, name: str) -> ListRow:
    """Return a list by its name.

    Raises:
        NotFoundError: there is none of that name; the message says which there are.
    """
    row = connection.execute(select(table).where(table.c.name == name)).mappings().first()
    if row is None:
        known = connection.execute(select(table.c.name).order_by(table.c.name)).scalars()
        raise NotFoundError(f"list {name!r}: unknown; there are {', '.join(known)}; or create it first")
    fields = {field: row[field] for field in NumberList.model_fields}
    return ListRow(row["n"], NumberList.model_validate(fields))


def entry_counts(connection: Connection) -> dict[str, int]:
    """Return how many entries of each list are in force."""
    return {row.name: row.entries for row in connection.execute(select(table.c.name, table.c.entries))}


def list_makers(connection: Connection) -> dict[str, str | None]:
    """Return the account that made each list; None for those a service begins with."""
    return {row.name: row.created_by for row in connection.execute(select(table.c.name, table.c.created_by))}


def create_list(
    store: SqlStore, name: str, kind: ListKind, precedence: int, owner: str, *, by: str | None = None
) -> NumberList:
    """Add an empty list; `by` is the account that makes it.

    Raises:
        BadInputError: the name is none that an address can carry, or the owner is empty or too long.
        ConflictError: the name is taken, or there are as many lists as there may be.
    """
    if not _NAME.fullmatch(name) or name in _TAKEN_BY_ROUTES:
        raise BadInputError(
            f"list: the name {name[:80]!r} cannot stand in an address; give 1 to 40 of a-z, 0-9, _ and -,"
            " and not lookup"
        )
    if not owner.strip() or len(owner) > LONGEST_OWNER or not owner.isprintable():
        raise BadInputError(f"list: the owner must have 1 to {LONGEST_OWNER} printable characters")
    with store.writing() as connection:
        _check_room(connection, name)
        created = NumberList(name=name, kind=kind, precedence=precedence, owner=owner, version=0)
        values = created.model_dump() | {"kind": kind, "created_at": store.now(connection), "created_by": by}
        connection.execute(insert(table).values(values))
    return created


def _check_room(connection: Connection, name: str) -> None:
    if connection.execute(select(table.c.n).where(table.c.name == name)).first():
        raise ConflictError(f"list {name!r}: the name is taken; choose another")
    if connection.execute(select(func.count(table.c.n))).scalar_one() >= MOST_LISTS:
        raise ConflictError(
            f"list {name!r}: there are {MOST_LISTS} lists already, the most there may be; use one of them"
        )
