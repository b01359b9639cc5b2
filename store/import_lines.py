"""Lines of an import kept with the version it prepared: the first rejected, and those to be looked at."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, delete, insert, select

from blacklists.importing.notice import Notice
from blacklists.importing.row import Rejected
from blacklists.reason import Reason, Why
from store.list_schema import list_versions
from store.list_versions import MOST_VERSIONS
from store.schema import metadata

MOST_REJECTED = 1_000
"""Lines kept of one version; the version counts them all."""

rejected_lines = Table(
    "rejected_lines",
    metadata,
    Column("version_n", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("line", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
    Column("text", String, nullable=False),
)

flagged_lines = Table(
    "flagged_lines",
    metadata,
    Column("version_n", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("line", BigInteger, nullable=False),
    Column("reason", String, nullable=False),
)


class FirstRejected:
    """Passes rejections on and holds the first of them."""

    def __init__(self, told: Callable[[Rejected], None]) -> None:
        self._told = told
        self.lines: list[Rejected] = []

    def __call__(self, rejected: Rejected) -> None:
        """Take one rejection."""
        if len(self.lines) < MOST_REJECTED:
            self.lines.append(rejected)
        self._told(rejected)


def keep_lines(
    connection: Connection, version_n: int, rejected: Sequence[Rejected], notices: Sequence[Notice]
) -> None:
    """Write a version's lines; of each list those of the latest hundred versions are kept."""
    _keep(connection, rejected_lines, version_n, rejected)
    _keep(connection, flagged_lines, version_n, notices)


def _keep(connection: Connection, table: Table, version_n: int, lines: Sequence[Rejected | Notice]) -> None:
    _forget_old(connection, table, version_n)
    rows = [
        {"version_n": version_n, "place": place, **line._asdict(), "reason": _written(line.reason)}
        for place, line in enumerate(lines, start=1)
    ]
    if rows:
        connection.execute(insert(table), rows)


def read_rejected(connection: Connection, version_n: int) -> tuple[Rejected, ...]:
    """Return the first lines a version's import rejected, in their order; none where they were forgotten."""
    table = rejected_lines.c
    query = select(table.line, table.reason, table.text).where(table.version_n == version_n)
    rows = connection.execute(query.order_by(table.place))
    return tuple(Rejected(row.line, _read(row.reason), row.text) for row in rows)


def read_notices(connection: Connection, version_n: int) -> tuple[Notice, ...]:
    """Return what should be looked at in a version, in the order of its lines; none where forgotten."""
    table = flagged_lines.c
    query = select(table.line, table.reason).where(table.version_n == version_n)
    rows = connection.execute(query.order_by(table.line, table.place))
    return tuple(Notice(row.line, _read(row.reason)) for row in rows)


def _written(reason: Reason) -> str:
    return json.dumps([reason.why, reason.parts], ensure_ascii=False)


def _read(written: str) -> Reason:
    # What was kept before there were codes is words alone.
    if not written.startswith("["):
        return Reason(Why.PLAIN, {"text": written})
    why, parts = json.loads(written)
    return Reason(Why(why), parts)


def _forget_old(connection: Connection, lines: Table, version_n: int) -> None:
    table = list_versions.c
    of_list = select(table.list_n).where(table.n == version_n).scalar_subquery()
    newer = select(table.n).where(table.list_n == of_list).order_by(table.n.desc())
    old = newer.offset(MOST_VERSIONS).scalar_subquery()
    connection.execute(delete(lines).where(lines.c.version_n.in_(old)))
