"""When the list file is built anew, taken up again or said to be missing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from api.settings import ApiSettings
from casework.intake import take
from casework.policy import Policy
from contracts.ports import RandomIds
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import NODE, SETTINGS, node_client, report, running, store_of
from tests.fixtures.listed_numbers import list_number, list_numbers
from tests.fixtures.served_lists import current, laid_once
from tests.fixtures.suspect_call import SuspectCall

pytestmark = pytest.mark.integration

CALLER = "+8619900000007"
FEW = SETTINGS.model_copy(update={"overlay_entries": 2})


def kept_in(folder: Path) -> ApiSettings:
    """Settings that keep list files in a folder."""
    return SETTINGS.model_copy(update={"folder": folder})


async def test_a_file_too_far_behind_is_built_anew(store: SqlStore):
    async with running(store, FEW) as app, node_client(app) as node:
        before = await current(node)
        await asyncio.to_thread(list_numbers, store, [f"+861990000{n:04}" for n in range(3)])
        overlay = await laid_once(node, lambda overlay: overlay.base != before.release)
    assert (overlay.base, overlay.added) == (3, ())


async def test_an_old_file_is_built_anew_once_calls_came_in(store: SqlStore):
    async with running(store) as app, node_client(app) as node:
        before = await current(node)
        call = SuspectCall()
        call.began = datetime.now(UTC)
        await report(node, call.started(), call.ended())
        store.clock_offset = timedelta(hours=25)
        app.state.context.overlays.expire()
        await laid_once(node, lambda overlay: overlay.release == before.release)
        await asyncio.to_thread(app.state.context.list_files.wait, 10)
        assert (await current(node)).sha256 != before.sha256


async def test_a_file_is_taken_up_again_by_the_next_process(store: SqlStore, tmp_path: Path):
    async with running(store, kept_in(tmp_path / "lists")) as app, node_client(app) as node:
        before = await current(node)
    (made,) = (tmp_path / "lists").glob("*.lists")
    written = made.stat().st_mtime_ns
    async with running(store, kept_in(tmp_path / "lists")) as app, node_client(app) as node:
        assert await current(node) == before
    assert made.stat().st_mtime_ns == written


async def test_a_file_built_by_one_process_is_served_by_the_other(store: SqlStore, tmp_path: Path):
    settings = kept_in(tmp_path / "lists").model_copy(update={"overlay_entries": 0})
    async with (
        running(store, settings) as one,
        running(store, settings) as other,
        node_client(one) as first,
        node_client(other) as second,
    ):
        assert await current(first) == await current(second)
        await asyncio.to_thread(list_number, store, CALLER)
        overlay = await laid_once(first, lambda overlay: overlay.base != 0)
        assert (await current(second)).release == overlay.base


async def test_a_damaged_file_is_built_anew_at_the_start(store: SqlStore, tmp_path: Path):
    async with running(store, kept_in(tmp_path / "lists")) as app, node_client(app) as node:
        ref = await current(node)
    (tmp_path / "lists" / f"{ref.sha256}.lists").write_bytes(b"damaged")
    async with running(store, kept_in(tmp_path / "lists")) as app, node_client(app) as node:
        answer = await node.get(f"/node/lists/{(await current(node)).sha256}")
    assert len(answer.content) == ref.size


async def test_a_damaged_name_of_the_file_in_force_is_told_once_and_by_what_is_wrong(
    store: SqlStore, tmp_path: Path
):
    async with running(store, kept_in(tmp_path / "lists")) as app, node_client(app) as node:
        ref = await current(node)
    named = tmp_path / "lists" / "current.json"
    named.write_text(f'{{"database": "{"x" * 8}", "ref": 7}}')
    with capture_logs() as logs:
        async with running(store, kept_in(tmp_path / "lists")) as app, node_client(app) as node:
            assert (await current(node)).size == ref.size
    told = [(each["file"], each["error"]) for each in logs if each["event"] == "list_file_damaged"]
    assert told == [(str(named), "ref: model_type and 2 more")]


@pytest.mark.parametrize("releases", [0, 1])
async def test_a_file_of_another_database_is_not_taken_up(
    store: SqlStore, seeded: Path, tmp_path: Path, releases: int
):
    list_numbers(store, [CALLER][:releases])
    async with running(store, kept_in(tmp_path / "lists")) as app, node_client(app) as node:
        before = await current(node)
    other_folder = tmp_path / "other"
    other_folder.mkdir()
    other = store_of(seeded, other_folder)
    list_numbers(other, ["+8619900000008"][:releases])
    # Who called whom stands in the file from the beginning.
    with other.begin() as uow:
        call = SuspectCall()
        for each in (call.started(), call.ended()):
            take(uow, each, NODE, Policy.shipped("default"), RandomIds())
    async with running(other, kept_in(tmp_path / "lists")) as app, node_client(app) as node:
        after = await current(node)
    other.engine.dispose()
    assert (after.release, after.sha256 != before.sha256) == (before.release, True)


async def test_the_two_newest_files_are_kept(store: SqlStore, tmp_path: Path):
    settings = kept_in(tmp_path / "lists").model_copy(update={"overlay_entries": 0})
    seen: list[str] = []
    async with running(store, settings) as app, node_client(app) as node:
        for n in range(4):
            await asyncio.to_thread(list_number, store, f"+861990000{n:04}")
            await laid_once(node, lambda overlay, release=n + 1: overlay.base == release)
            seen.append((await current(node)).sha256)
    assert {path.stem for path in (tmp_path / "lists").glob("*.lists")} == set(seen[-2:])


async def test_polls_go_on_where_no_list_file_can_be_built(store: SqlStore, tmp_path: Path):
    (tmp_path / "lists").write_text("a file where the folder should be")
    async with running(store, kept_in(tmp_path / "lists")) as app, node_client(app) as node:
        call = SuspectCall()
        await report(node, *call.alerted(), call.ended())
        reply = await node.post("/node/poll", json={"node": NODE, "free_slots": 1})
    assert [attempt["number"] for attempt in reply.json()["attempts"]] == ["+8613800000001"]


async def test_readiness_names_lists_that_cannot_be_compiled(store: SqlStore, tmp_path: Path):
    (tmp_path / "lists").write_text("a file where the folder should be")
    async with running(store, kept_in(tmp_path / "lists")) as app, node_client(app) as node:
        answer = await node.get("/node/snapshot")
        ready = await node.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "lists.unavailable")
    assert ready.json()["dependencies"]["number_lists"].startswith("failing: number lists cannot be compiled")
