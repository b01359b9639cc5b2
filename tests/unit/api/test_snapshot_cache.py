"""The snapshot is built once for each version, however many nodes ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from api.snapshot_cache import SnapshotCache
from contracts.node_api import ListFileRef, Snapshot

pytestmark = pytest.mark.unit


class Shelf:
    """A store whose snapshot has a version."""

    def __init__(self) -> None:
        self.version = "v1"
        self.built: list[str] = []

    def now(self) -> str:
        return self.version

    def build(self) -> Snapshot:
        self.built.append(self.version)
        lists = ListFileRef(sha256="0" * 64, size=1, release=0)
        return Snapshot(version=self.version, lists=lists, enrolments=(), phrasebook="p", policy="q")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_an_unchanged_snapshot_is_built_once(shelf: Shelf):
    cache = SnapshotCache(shelf.now, shelf.build)
    assert cache.current() is cache.current()
    assert shelf.built == ["v1"]


def test_nodes_that_ask_at_once_wait_for_one_building(shelf: Shelf):
    cache, gate = SnapshotCache(shelf.now, shelf.build), Barrier(8)

    def ask(_n: int) -> str:
        gate.wait(10)
        return cache.current().version

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert shelf.built == ["v1"]


def test_a_changed_snapshot_is_built_anew(shelf: Shelf):
    cache = SnapshotCache(shelf.now, shelf.build)
    cache.current()
    shelf.version = "v2"
    assert (cache.current().version, shelf.built) == ("v2", ["v1", "v2"])


def test_the_body_is_the_snapshot(shelf: Shelf):
    assert Snapshot.model_validate_json(SnapshotCache(shelf.now, shelf.build).current().body) == shelf.build()
