"""Versions of the phrasebook in the database: which there are, their texts, the one in force.

Every function takes the text of version 0, `original`: it is a file, and no row.
"""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, Select, func, select

from contracts.errors import ConflictError, NotFoundError
from screening.phrasebook import Phrasebook
from screening.phrasebook_diff import PhrasebookDiff, difference
from screening.phrasebook_fault import BadPhrasebookError
from store.list_version import VersionState
from store.phrasebook_schema import phrasebook_versions as table
from store.phrasebook_version import ORIGINAL, PhrasebookInForce, PhrasebookVersion
from store.row import value_of

MOST_VERSIONS = 100
"""Versions shown at once, the newest first."""
_SHOWN = tuple(column for column in table.c if column.name != "text")


def phrasebook_in_force(connection: Connection, original: str) -> PhrasebookInForce:
    """Return what nodes judge by: the version released last, or the original where none was."""
    found = connection.execute(_released().add_columns(table.c.text)).first()
    if found is None:
        return PhrasebookInForce(ORIGINAL, original, digest(original))
    return PhrasebookInForce(found.n, found.text, found.sha256)


def phrasebook_revision(connection: Connection, original: str) -> tuple[int, str]:
    """Return number and digest of the version in force, without its text."""
    found = connection.execute(_released()).first()
    return (ORIGINAL, digest(original)) if found is None else (found.n, found.sha256)


def phrasebook_versions(connection: Connection) -> tuple[PhrasebookVersion, ...]:
    """Return the latest versions, in whatever state, the newest first; the original is not among them."""
    query = select(*_SHOWN).order_by(table.c.n.desc()).limit(MOST_VERSIONS)
    return tuple(value_of(PhrasebookVersion, row) for row in connection.execute(query).mappings())


def find_phrasebook(connection: Connection, n: int) -> PhrasebookVersion:
    """Return a version.

    Raises:
        NotFoundError: there is none of that number, or it is the original.
    """
    row = connection.execute(select(*_SHOWN).where(table.c.n == n)).mappings().first()
    if row is None:
        raise NotFoundError(
            f"phrasebook version {n}: unknown; `changmao phrases versions` shows those there are"
        )
    return value_of(PhrasebookVersion, row)


def phrasebook_text(connection: Connection, n: int, original: str) -> str:
    """Return the YAML of a version, in whatever state; 0 is the original.

    Raises:
        NotFoundError: there is none of that number.
    """
    if n == ORIGINAL:
        return original
    find_phrasebook(connection, n)
    text: str = connection.execute(select(table.c.text).where(table.c.n == n)).scalar_one()
    return text


def phrasebook_diff(connection: Connection, n: int, original: str) -> PhrasebookDiff:
    """Return what a version says otherwise than the one it is based on.

    One based on version 0 is compared with the original of today, which a newer service may have changed.

    Raises:
        NotFoundError: there is none of that number, or it is the original.
    """
    version = find_phrasebook(connection, n)
    before = phrasebook_text(connection, version.based_on, original)
    return difference(readable(before), readable(phrasebook_text(connection, n, original)))


def lock_draft(connection: Connection, n: int) -> PhrasebookVersion:
    """Return a version that awaits its release, and keep others from deciding on it until the commit.

    Raises:
        NotFoundError: there is none of that number, or it is the original.
        ConflictError: it was released or discarded.
    """
    connection.execute(select(table.c.n).where(table.c.n == n).with_for_update())
    version = find_phrasebook(connection, n)
    if version.state is not VersionState.PENDING:
        raise ConflictError(f"phrasebook version {n} is {version.state}, not pending; prepare another")
    return version


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, 64 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def readable(text: str) -> Phrasebook:
    """Return what a kept text says; nothing where it cannot be read any more.

    An older service with milder checks may have taken it: it must not stand in the way of a better one.
    """
    try:
        return Phrasebook.parse(text)
    except BadPhrasebookError:
        return Phrasebook("", ())


def _released() -> Select[tuple[int, str]]:
    # A version is released only on the one in force, and its number is higher: the highest is the last.
    last = select(func.max(table.c.n)).where(table.c.state == VersionState.RELEASED).scalar_subquery()
    return select(table.c.n, table.c.sha256).where(table.c.n == last)
