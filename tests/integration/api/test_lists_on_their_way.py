"""What nodes are given while a list file is being built, or cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection

from contracts.errors import ChangmaoError
from contracts.node_api import ListFileRef, PollReply, Snapshot
from store.list_compile import compile_list_file
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import NODE, SETTINGS, node_client, report, running
from tests.fixtures.listed_numbers import list_numbers
from tests.fixtures.served_lists import current, laid, laid_once
from tests.fixtures.suspect_call import SuspectCall

pytestmark = pytest.mark.integration

NUMBERS = [f"+861990000{n:04}" for n in range(3)]
FEW = SETTINGS.model_copy(update={"overlay_entries": 2})
PATIENT = SETTINGS.model_copy(update={"poll_seconds": 30.0})
FIRST_POLL = {"node": NODE, "free_slots": 1}


class Workshop:
    """Compiles list files, unless it is told to hold or to break."""

    def __init__(self) -> None:
        self._open = Event()
        self._open.set()
        self.broken = False

    def hold(self) -> None:
        self._open.clear()

    def go_on(self) -> None:
        self._open.set()

    def __call__(
        self, store: SqlStore, folder: Path, pairs: Callable[[Connection], Iterable[int]]
    ) -> ListFileRef:
        assert self._open.wait(60), "nobody let it go on"
        if self.broken:
            raise ChangmaoError("no room for a list file; make some")
        return compile_list_file(store, folder, pairs)


@pytest.fixture
def workshop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    made = Workshop()
    monkeypatch.setattr("api.context.compile_list_file", made)
    yield made
    made.go_on()


async def test_a_warning_does_not_wait_for_the_first_file(store: SqlStore, workshop: Workshop):
    workshop.hold()
    async with running(store) as app, node_client(app) as node:
        call = SuspectCall()
        await report(node, *call.alerted(), call.ended())
        async with asyncio.timeout(10):
            answer = await node.post("/node/poll", json=FIRST_POLL)
        workshop.go_on()
    assert [attempt["number"] for attempt in answer.json()["attempts"]] == ["+8613800000001"]


@pytest.mark.parametrize("path", ["/node/snapshot", "/node/overlay", f"/node/lists/{'f' * 64}"])
async def test_nobody_waits_for_the_first_file(store: SqlStore, workshop: Workshop, path: str):
    workshop.hold()
    async with running(store) as app, node_client(app) as node:
        async with asyncio.timeout(10):
            answer = await node.get(path)
        workshop.go_on()
    assert (answer.status_code, answer.json()["code"]) == (503, "lists.unavailable")


async def test_a_poll_tells_of_the_first_file_once_it_is_there(store: SqlStore, workshop: Workshop):
    workshop.hold()
    async with running(store, PATIENT) as app, node_client(app) as node:
        held = FIRST_POLL | {"snapshot_version": "of before", "overlay_version": "of before"}
        waiting = asyncio.create_task(node.post("/node/poll", json=held))
        workshop.go_on()
        async with asyncio.timeout(PATIENT.poll_seconds / 2):
            reply = PollReply.model_validate_json((await waiting).content)
        snapshot = Snapshot.model_validate_json((await node.get("/node/snapshot")).content)
    assert reply.snapshot_version == snapshot.version


async def test_an_emergency_does_not_wait_for_the_next_file(store: SqlStore, workshop: Workshop):
    async with running(store, FEW) as app, node_client(app) as node:
        await laid(node)
        workshop.hold()
        await asyncio.to_thread(list_numbers, store, NUMBERS)
        await node.post("/emergency-windows", json={"number": "138 0000 0001"})
        overlay = await laid_once(node, lambda overlay: bool(overlay.emergencies))
        workshop.go_on()
    assert (overlay.base, overlay.release) == (0, 2)


async def test_the_last_good_file_outlives_a_restart_on_a_full_disk(
    store: SqlStore, workshop: Workshop, tmp_path: Path
):
    settings = FEW.model_copy(update={"folder": tmp_path / "lists"})
    async with running(store, settings) as app, node_client(app) as node:
        before = await current(node)
    await asyncio.to_thread(list_numbers, store, NUMBERS)
    workshop.broken = True
    async with running(store, settings) as app, node_client(app) as node:
        assert await current(node) == before


async def test_on_the_last_good_file_the_same_overlay_is_laid_after_a_restart(
    store: SqlStore, workshop: Workshop, tmp_path: Path
):
    settings = FEW.model_copy(update={"folder": tmp_path / "lists"})
    async with running(store, settings) as app, node_client(app) as node:
        await laid(node)
        workshop.broken = True
        await asyncio.to_thread(list_numbers, store, NUMBERS)
        before = await laid_once(node, lambda overlay: overlay.release == 2)
    async with running(store, settings) as app, node_client(app) as node:
        assert await laid(node) == before


async def test_readiness_tells_that_the_last_good_file_is_kept(store: SqlStore, workshop: Workshop):
    async with running(store, FEW) as app, node_client(app) as node:
        await laid(node)
        workshop.broken = True
        await asyncio.to_thread(list_numbers, store, NUMBERS)
        await laid_once(node, lambda overlay: overlay.release == 2)
        await asyncio.to_thread(app.state.context.list_files.wait, 10)
        ready = await node.get("/readyz")
    assert ready.json()["dependencies"]["number_lists"].startswith(
        "degraded: number lists cannot be compiled"
    )
