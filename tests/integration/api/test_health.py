"""Alive, ready, and the loops behind."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api.app import create_app
from api.due_work import DueWork
from api.settings import ApiSettings
from contracts.errors import BadInputError, ConfigurationError
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import SETTINGS, node_client, report, running
from tests.fixtures.suspect_call import SuspectCall

pytestmark = pytest.mark.integration


def take_database_away(store: SqlStore, folder: Path) -> None:
    store.engine.dispose()
    for file in folder.glob("changmao.db*"):
        file.unlink()
    (folder / "changmao.db").mkdir()  # Nothing SQLite could open.


async def test_a_running_process_is_alive(node: AsyncClient):
    assert (await node.get("/healthz")).json() == {"status": "alive"}


async def test_readiness_names_each_dependency(store: SqlStore):
    async with running(store, ApiSettings()) as app, node_client(app) as client:
        answer = await client.get("/readyz")
    states = answer.json()
    assert (states["status"], sorted(states["dependencies"])) == (
        "ready",
        ["database", "due_work", "number_lists"],
    )


async def test_without_a_database_the_process_is_not_ready(app: FastAPI, store: SqlStore, tmp_path: Path):
    take_database_away(store, tmp_path)
    async with node_client(app) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["dependencies"]["database"].startswith("failing")


async def test_a_warning_that_cannot_be_moved_is_told_and_leaves_the_process_ready(store: SqlStore):
    app = create_app(store, ApiSettings())
    app.state.due_work.stuck = ("w1",)
    async with node_client(app) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["dependencies"]["due_work"]) == (
        200,
        "degraded: 1 warnings cannot be moved",
    )


async def test_a_missing_policy_file_is_named(store: SqlStore, tmp_path: Path):
    with pytest.raises(ConfigurationError, match=r"api\.policy"):
        create_app(store, ApiSettings(policy=tmp_path / "none.yaml"))


async def test_a_broken_phrasebook_does_not_start(store: SqlStore, tmp_path: Path):
    broken = tmp_path / "phrases.yaml"
    broken.write_text("phrases: [", encoding="utf-8")
    with pytest.raises(BadInputError):
        create_app(store, ApiSettings(phrasebook=broken))


async def test_the_loop_moves_what_is_due_and_tells_how_much(store: SqlStore, node: AsyncClient):
    await report(node, *SuspectCall().alerted())
    store.clock_offset = timedelta(minutes=11)  # The call has lasted too long, the deadline has passed.
    stop, moved = Event(), Event()
    loop = DueWork(store.begin, lambda count: moved.set() if count else None)
    thread = Thread(target=loop.run_forever, args=(stop,))
    thread.start()
    found = moved.wait(10)
    stop.set()
    thread.join(10)
    assert found


async def test_the_loop_goes_on_after_a_failure(store: SqlStore):
    begun, stop = [], Event()

    def begin():
        begun.append(1)
        if len(begun) == 1:
            raise OSError("the database is away")
        stop.set()
        return store.begin()

    loop = DueWork(begin)
    Thread(target=loop.run_forever, args=(stop,)).start()
    assert stop.wait(10)


def test_the_settings_for_tests_run_no_loop_of_their_own():
    assert not SETTINGS.due_work
