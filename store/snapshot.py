"""The snapshot nodes judge calls by: lists, enrolments, phrasebook and policy under one version."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, select

from contracts.node_api import Snapshot
from store import schema
from store.lists import entry_of
from store.resident_rows import resident_of
from store.residents import enrolment_of
from store.revision import ENROLMENTS, LISTS, read_revision
from store.unit_of_work import SqlStore


def build_snapshot(store: SqlStore, phrasebook_yaml: str, policy_yaml: str) -> Snapshot:
    """Return all a node needs, with a version that changes when and only when the contents do."""
    entries, residents = schema.list_entries, schema.residents
    with store.reading() as connection:
        listed = connection.execute(select(entries).order_by(entries.c.id)).mappings()
        enrolled = connection.execute(select(residents).order_by(residents.c.id)).mappings()
        return Snapshot(
            version=_version(connection, phrasebook_yaml, policy_yaml),
            list_version=read_revision(connection, LISTS),
            entries=tuple(entry_of(row) for row in listed),
            enrolments=tuple(enrolment_of(resident_of(row)) for row in enrolled),
            phrasebook=phrasebook_yaml,
            policy=policy_yaml,
        )


def snapshot_version(store: SqlStore, phrasebook_yaml: str, policy_yaml: str) -> str:
    """Return the version `build_snapshot` would give, without reading the rows."""
    with store.reading() as connection:
        return _version(connection, phrasebook_yaml, policy_yaml)


def _version(connection: Connection, phrasebook_yaml: str, policy_yaml: str) -> str:
    parts = (
        read_revision(connection, LISTS),
        read_revision(connection, ENROLMENTS),
        sha256(phrasebook_yaml.encode()).hexdigest(),
        sha256(policy_yaml.encode()).hexdigest(),
    )
    return sha256(":".join(parts).encode()).hexdigest()[:32]
