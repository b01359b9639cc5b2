"""The overlay is read seldom, at once when told, and waits for no list file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from structlog.testing import capture_logs

from api.overlay_cache import OverlayCache
from contracts.node_api import ListFileRef, Overlay

pytestmark = pytest.mark.unit


class Shelf:
    """A database and its list files, led by the test."""

    def __init__(self) -> None:
        self.release, self.version, self.now = 1, "v1", 0.0
        self.fresh = True
        self.reads: list[int] = []

    def current(self) -> ListFileRef:
        return ListFileRef(sha256=f"{self.release:064}", size=1, release=self.release)

    def keep_up(self) -> bool:
        return self.fresh

    def read(self, base: int) -> Overlay:
        self.reads.append(base)
        return Overlay(version=self.version, base=base, release=base, lists=())

    def clock(self) -> float:
        return self.now


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def cache(shelf: Shelf) -> OverlayCache:
    return OverlayCache(shelf, shelf.read, 2.0, shelf.clock)


def test_it_is_read_once_within_its_seconds(shelf: Shelf, cache: OverlayCache):
    cache.version()
    shelf.now = 1.9
    cache.version()
    assert shelf.reads == [1]


def test_it_is_read_anew_after_its_seconds(shelf: Shelf, cache: OverlayCache):
    cache.version()
    shelf.now, shelf.version = 2.0, "v2"
    assert cache.version() == "v2"


def test_it_is_read_anew_at_once_when_it_was_told_to(shelf: Shelf, cache: OverlayCache):
    cache.version()
    shelf.version = "v2"
    cache.expire()
    assert cache.version() == "v2"


def test_those_who_ask_at_once_wait_for_one_reading(shelf: Shelf, cache: OverlayCache):
    gate = Barrier(8)

    def ask(_n: int) -> str:
        gate.wait(10)
        return cache.version()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert shelf.reads == [1]


def test_it_is_read_on_the_file_in_force_while_another_is_built(shelf: Shelf, cache: OverlayCache):
    cache.version()
    shelf.now, shelf.version, shelf.fresh = 2.0, "v2", False
    assert (cache.version(), shelf.reads) == ("v2", [1, 1])


def test_it_goes_on_with_the_new_list_file(shelf: Shelf, cache: OverlayCache):
    cache.version()
    shelf.now, shelf.release = 2.0, 2
    assert (cache.current().base, cache.encoded().file.release) == (2, 2)


def test_that_later_releases_wait_is_told_once(shelf: Shelf, cache: OverlayCache):
    shelf.fresh = False
    with capture_logs() as told:
        for shelf.now in (0.0, 2.0, 4.0):
            cache.version()
    assert [each["event"] for each in told] == ["overlay_stands_still"]


def test_an_unchanged_one_is_not_encoded_again(shelf: Shelf, cache: OverlayCache):
    body = cache.encoded().body
    shelf.now = 2.0
    assert cache.encoded().body is body


def test_the_body_is_the_overlay(cache: OverlayCache):
    assert Overlay.model_validate_json(cache.encoded().body) == cache.current()
