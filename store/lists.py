"""The number lists there are: their kinds, order and owners."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, text

from contracts.errors import BadInputError, ConflictError, NotFoundError
from contracts.number_list import ListKind, NumberList
from store.list_schema import IN_FORCE, list_entries
from store.list_schema import number_lists as table
from store.unit_of_work import SqlStore

LONGEST_NAME = 80
"""Characters of a list's name, and of its owner's."""


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
    """Return how many entries of each list are in force, for an admin to see: all are counted."""
    query = (
        select(table.c.name, func.count(list_entries.c.n))
        .select_from(table.outerjoin(list_entries, (list_entries.c.list_n == table.c.n) & text(IN_FORCE)))
        .group_by(table.c.name)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def create_list(store: SqlStore, name: str, kind: ListKind, precedence: int, owner: str) -> NumberList:
    """Add an empty list.

    Raises:
        BadInputError: name or owner is empty or too long.
        ConflictError: the name is taken.
    """
    for what, value in (("name", name), ("owner", owner)):
        if not value.strip() or len(value) > LONGEST_NAME or not value.isprintable():
            raise BadInputError(f"list: the {what} must have 1 to {LONGEST_NAME} printable characters")
    with store.writing() as connection:
        if connection.execute(select(table.c.n).where(table.c.name == name)).first():
            raise ConflictError(f"list {name!r}: the name is taken; choose another")
        created = NumberList(name=name, kind=kind, precedence=precedence, owner=owner, version=0)
        values = created.model_dump() | {"kind": kind, "created_at": store.now(connection)}
        connection.execute(insert(table).values(values))
    return created
