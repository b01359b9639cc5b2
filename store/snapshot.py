"""The snapshot nodes judge calls by: list file, enrolments, phrasebook and policy under one version."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, select

from contracts.node_api import Enrolment, ListFileRef, Snapshot
from store import schema
from store.contacts import contacts_by_resident
from store.phrasebooks import phrasebook_in_force, phrasebook_revision
from store.resident_rows import resident_of
from store.residents import enrolment_of
from store.revision import ENROLMENTS, read_revision
from store.unit_of_work import SqlStore


def build_snapshot(
    store: SqlStore, lists: ListFileRef, original_phrasebook: str, policy_yaml: str
) -> Snapshot:
    """Return all a node needs, with a version that changes when and only when the contents do.

    The phrasebook is the one released last, or the original where none was.
    """
    with store.reading() as connection:
        phrasebook = phrasebook_in_force(connection, original_phrasebook)
        return Snapshot(
            version=_version(connection, lists, original_phrasebook, policy_yaml),
            lists=lists,
            enrolments=_enrolments(connection),
            phrasebook=phrasebook.text,
            phrasebook_version=phrasebook.version,
            policy=policy_yaml,
        )


def snapshot_version(store: SqlStore, lists: ListFileRef, original_phrasebook: str, policy_yaml: str) -> str:
    """Return the version `build_snapshot` would give, without reading the rows."""
    with store.reading() as connection:
        return _version(connection, lists, original_phrasebook, policy_yaml)


def _enrolments(connection: Connection) -> tuple[Enrolment, ...]:
    residents = schema.residents
    contacts = contacts_by_resident(connection)
    rows = connection.execute(select(residents).order_by(residents.c.id)).mappings()
    return tuple(
        enrolment.model_copy(update={"contacts": contacts.get(enrolment.resident_id, ())})
        for enrolment in (enrolment_of(resident_of(row)) for row in rows)
    )


def _version(connection: Connection, lists: ListFileRef, original_phrasebook: str, policy_yaml: str) -> str:
    parts = (
        lists.sha256,
        read_revision(connection, ENROLMENTS),
        *map(str, phrasebook_revision(connection, original_phrasebook)),
        sha256(policy_yaml.encode()).hexdigest(),
    )
    return sha256(":".join(parts).encode()).hexdigest()[:32]
