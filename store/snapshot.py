"""The snapshot nodes judge calls by: lists, enrolments, phrasebook and policy under one version."""

from __future__ import annotations

from contracts.node_api import Snapshot
from store.unit_of_work import SqlStore


def build_snapshot(store: SqlStore, phrasebook_yaml: str, policy_yaml: str) -> Snapshot:
    """Return all a node needs, with a version that changes when and only when the contents do."""
    raise NotImplementedError


def snapshot_version(store: SqlStore, phrasebook_yaml: str, policy_yaml: str) -> str:
    """Return the version `build_snapshot` would give, without reading the rows."""
    raise NotImplementedError
