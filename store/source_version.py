"""Which version of its source a number list holds, so that an older file does not undo a newer one."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from sqlalchemy import Connection, select

from contracts.errors import ConflictError
from store.list_schema import list_versions
from store.list_version import Version
from store.lists import ListRow


class OldSourceError(ConflictError):
    """The file is not newer than the one of the same source that the list holds."""

    code: ClassVar[str] = "lists.old_source"


class Held(NamedTuple):
    """The source's version that a list holds, and the list's version that brought it."""

    source_version: int
    version: int


def held_source(connection: Connection, into: ListRow) -> Held | None:
    """Return what a list holds, as it is after its rollbacks; None where no source with versions came in."""
    table, target = list_versions.c, list_versions.alias("target").c
    told = table.restores.is_not(None) | table.source_version.is_not(None)
    restored = select(target.release_n).where(target.n == table.restores).scalar_subquery()
    released = select(
        table.n, table.release_n, table.restores, table.source_version, restored.label("restored")
    )
    of_list = released.where(table.list_n == into.n, table.release_n.is_not(None), told)
    # A rollback leaves nothing in force of what was released after the version it restores.
    newest: int | None = None
    for row in connection.execute(of_list.order_by(table.release_n.desc())):
        if newest is not None and row.release_n > newest:
            continue
        if row.restores is None:
            return Held(row.source_version, row.n)
        newest = row.restored or 0
    return None


def check_newer(connection: Connection, into: ListRow, source_version: int | None) -> None:
    """Raise OldSourceError where a file of a source's version is not newer than what a list holds."""
    held = held_source(connection, into)
    if source_version is None or held is None or source_version > held.source_version:
        return
    raise OldSourceError(
        f"list {into.list.name}: the file is version {source_version} of its source, the list holds"
        f" {held.source_version} since version {held.version}; fetch a newer file, or take this one on"
        " purpose with --older"
    )


def check_not_overtaken(connection: Connection, into: ListRow, version: Version) -> None:
    """Raise OldSourceError where a file as new as a pending version's came in force since it was prepared."""
    held = held_source(connection, into)
    if version.source_version is None or held is None or version.source_version > held.source_version:
        return
    # What was in force then, its preparer has put up with.
    since = select(list_versions.c.released_at).where(list_versions.c.n == held.version)
    if connection.execute(since).scalar_one() > version.prepared_at:
        raise OldSourceError(
            f"version {version.n}: is version {version.source_version} of its source, the list"
            f" {into.list.name} holds {held.source_version} by now; discard it and fetch a newer file"
        )
