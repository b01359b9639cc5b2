"""Versions of the phrasebook prepared, released by a second person, discarded and rolled back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, update
from sqlalchemy import text as sql

from contracts.errors import BadInputError, ConflictError
from screening.phrasebook import Phrasebook
from screening.phrasebook_diff import difference
from store.list_version import VersionState
from store.phrasebook_schema import phrasebook_versions as table
from store.phrasebook_version import (
    PhrasebookSecondPersonError,
    PhrasebookVersion,
    StalePhrasebookError,
    UnchangedPhrasebookError,
)
from store.phrasebooks import (
    digest,
    find_phrasebook,
    lock_draft,
    phrasebook_in_force,
    phrasebook_revision,
    phrasebook_text,
    readable,
)
from store.unit_of_work import OutboxRows, SqlStore

RELEASED = "phrasebook_released"
"""Kind of the outbox event."""
LONGEST_NOTE = 500
_LOCK = 7_310_962_113
"""Any number nobody else uses for an advisory lock in this database."""


@dataclass(frozen=True, slots=True)
class _Draft:
    text: str
    book: Phrasebook
    """The text, read."""
    by: str
    note: str
    restores: int | None = None


def prepare_phrasebook(
    store: SqlStore, text: str, *, original: str, by: str, note: str = "", based_on: int | None = None
) -> PhrasebookVersion:
    """Keep a YAML text as a version that awaits its release; `original` is the text of version 0.

    Raises:
        StalePhrasebookError: `based_on`, what the text was edited from, is not the version in force.
        BadPhrasebookError: the text is no phrasebook; names all faults by their lines.
        BadInputError: the note is longer than LONGEST_NOTE characters.
        UnchangedPhrasebookError: the text is the one in force.
    """
    if len(note) > LONGEST_NOTE:
        raise BadInputError(f"note: {len(note)} characters; shorten it to {LONGEST_NOTE}")
    draft = _Draft(text, Phrasebook.parse(text), by, note)
    with store.writing() as connection:
        in_force, _ = phrasebook_revision(connection, original)
        if based_on not in {None, in_force}:
            raise StalePhrasebookError(
                f"phrasebook: edited from version {based_on}, and {in_force} is in force now; edit that one"
            )
        return _prepare(store, connection, draft, original)


def release_phrasebook(
    store: SqlStore, n: int, *, original: str, by: str, single_admin: bool = False
) -> PhrasebookVersion:
    """Put a version in force; with `single_admin` whoever prepared it may do so as well.

    Raises:
        NotFoundError: there is no such version.
        ConflictError: it was released or discarded already.
        StalePhrasebookError: it is based on another version than the one in force.
        PhrasebookSecondPersonError: another person than the one who prepared it must release it.
    """
    with store.writing() as connection:
        if connection.dialect.name == "postgresql":
            # Of two that are based on the same version only one may be released.
            connection.execute(sql("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        version = lock_draft(connection, n)
        if not single_admin and version.prepared_by == by:
            raise PhrasebookSecondPersonError(
                f"phrasebook version {n} was prepared by {by}: it is released by another person"
            )
        _check_still_based(connection, version, original)
        _decide(store, connection, n, VersionState.RELEASED, by)
        outbox = OutboxRows(connection, store.now(connection))
        outbox.append(RELEASED, {"version": str(n)})
        outbox.flush()
        return find_phrasebook(connection, n)


def discard_phrasebook(store: SqlStore, n: int, *, by: str) -> PhrasebookVersion:
    """Give a version up; it stays in the history, with who did so.

    Raises:
        NotFoundError: there is no such version.
        ConflictError: it was released or discarded already.
    """
    with store.writing() as connection:
        lock_draft(connection, n)
        _decide(store, connection, n, VersionState.DISCARDED, by)
        return find_phrasebook(connection, n)


def roll_back_phrasebook(store: SqlStore, n: int, *, original: str, by: str) -> PhrasebookVersion:
    """Prepare a version with the text of an earlier one (0: the original); it awaits its release.

    Raises:
        NotFoundError: there is no such version.
        BadPhrasebookError: that text is no phrasebook any more for this version of the service.
        ConflictError: that version was never in force, or its text is the one in force.
    """
    with store.writing() as connection:
        wanted = phrasebook_text(connection, n, original)
        if n and find_phrasebook(connection, n).state is not VersionState.RELEASED:
            raise ConflictError(f"phrasebook version {n} was never in force; name one that was")
        draft = _Draft(wanted, Phrasebook.parse(wanted), by, f"rollback to {n}", restores=n)
        return _prepare(store, connection, draft, original)


def _prepare(store: SqlStore, connection: Connection, draft: _Draft, original: str) -> PhrasebookVersion:
    base = phrasebook_in_force(connection, original)
    if base.sha256 == digest(draft.text):
        raise UnchangedPhrasebookError(
            f"phrasebook: the text is that of version {base.version}, which is in force"
        )
    diff = difference(readable(base.text), draft.book)
    values = {
        "state": VersionState.PENDING,
        "label": draft.book.version,
        "based_on": base.version,
        "based_on_sha256": base.sha256,
        "restores": draft.restores,
        "sha256": digest(draft.text),
        "note": draft.note,
        "phrases": len(draft.book.phrases),
        "added": len(diff.added),
        "removed": len(diff.removed),
        "changed": len(diff.changed),
        "text": draft.text,
        "prepared_by": draft.by,
        "prepared_at": store.now(connection),
    }
    n = connection.execute(insert(table).values(values).returning(table.c.n)).scalar_one()
    return find_phrasebook(connection, n)


def _check_still_based(connection: Connection, version: PhrasebookVersion, original: str) -> None:
    now_in_force = phrasebook_revision(connection, original)
    if now_in_force != (version.based_on, version.based_on_sha256):
        raise StalePhrasebookError(
            f"phrasebook version {version.n} was prepared on version {version.based_on}, and"
            f" {now_in_force[0]} is in force now; discard it and prepare it again"
        )


def _decide(store: SqlStore, connection: Connection, n: int, state: VersionState, by: str) -> None:
    values = {"state": state, "decided_by": by, "decided_at": store.now(connection)}
    connection.execute(update(table).where(table.c.n == n).values(values))
