"""The list file and the overlay as nodes fetch them, and when the file is built anew."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api.context import Context
from blacklists.list_file import ListFile
from blacklists.normalise import parse_number
from contracts.node_api import PollReply
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import NODE, SETTINGS, node_client, report, running
from tests.fixtures.listed_numbers import list_number
from tests.fixtures.served_lists import current, laid, laid_once
from tests.fixtures.suspect_call import SuspectCall

pytestmark = pytest.mark.integration

CALLER = "+8619900000007"
PATIENT = SETTINGS.model_copy(update={"poll_seconds": 30.0})


@pytest.fixture
async def url(node: AsyncClient) -> str:
    """Where the list file in force is."""
    return f"/node/lists/{(await current(node)).sha256}"


async def test_the_list_file_the_snapshot_names_is_sent_whole(node: AsyncClient, tmp_path: Path):
    ref = await current(node)
    file = tmp_path / "fetched"
    file.write_bytes((await node.get(f"/node/lists/{ref.sha256}")).content)
    with ListFile.open(file) as opened:
        assert opened.ref == ref


async def test_its_hash_is_its_tag(node: AsyncClient, url: str):
    assert (await node.get(url)).headers["etag"] == f'"{url.rpartition("/")[2]}"'


async def test_a_known_file_is_not_sent_again(node: AsyncClient, url: str):
    tag = (await node.get(url)).headers["etag"]
    assert (await node.get(url, headers={"If-None-Match": tag})).status_code == 304


async def test_the_rest_of_a_file_is_sent(node: AsyncClient, url: str):
    whole = (await node.get(url)).content
    answer = await node.get(url, headers={"Range": "bytes=100-"})
    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (
        206,
        whole[100:],
        f"bytes 100-{len(whole) - 1}/{len(whole)}",
    )


async def test_the_rest_is_sent_where_the_part_is_of_this_file(node: AsyncClient, url: str):
    tag = (await node.get(url)).headers["etag"]
    answer = await node.get(url, headers={"Range": "bytes=100-", "If-Range": tag})
    assert answer.status_code == 206


async def test_the_whole_file_is_sent_where_the_part_is_of_another(node: AsyncClient, url: str):
    answer = await node.get(url, headers={"Range": "bytes=100-", "If-Range": '"another"'})
    assert answer.status_code == 200


async def test_a_range_behind_the_end_is_refused(node: AsyncClient, url: str):
    size = len((await node.get(url)).content)
    answer = await node.get(url, headers={"Range": f"bytes={size}-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize("asked", ["lines=1-2", "bytes=5-2-1", "bytes=0-1,5-6", "bytes=", "nonsense"])
async def test_anything_but_a_single_range_of_bytes_is_passed_over(node: AsyncClient, url: str, asked: str):
    assert (await node.get(url, headers={"Range": asked})).status_code == 200


@pytest.mark.parametrize("name", ["f" * 64, "F" * 64, "current.json", "..%2fchangmao.db", "x"])
async def test_any_other_file_is_not_there_and_the_one_in_force_is_named(node: AsyncClient, name: str):
    answer = await node.get(f"/node/lists/{name}")
    assert answer.status_code == 404


async def test_the_refusal_of_a_replaced_file_names_the_one_in_force(node: AsyncClient):
    answer = await node.get(f"/node/lists/{'f' * 64}")
    assert (await current(node)).sha256 in answer.json()["detail"]


@pytest.mark.parametrize("path", [f"/node/lists/{'f' * 64}", "/node/overlay"])
async def test_only_nodes_may_ask(app: FastAPI, path: str):
    async with node_client(app, token="") as stranger:
        assert (await stranger.get(path)).status_code == 401


async def test_an_overlay_carries_what_was_released_since_the_file(node: AsyncClient, store: SqlStore):
    base = (await current(node)).release
    list_number(store, CALLER)
    overlay = await laid_once(node, lambda overlay: bool(overlay.added))
    assert (overlay.base, [entry.pattern for entry in overlay.added]) == (base, [CALLER])


async def test_a_known_overlay_is_not_sent_again(node: AsyncClient):
    tag = (await node.get("/node/overlay")).headers["etag"]
    answer = await node.get("/node/overlay", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


async def test_the_polls_version_is_the_overlays(node: AsyncClient):
    overlay = await laid(node)
    call = SuspectCall()
    await report(node, *call.alerted(), call.ended())
    reply = await node.post("/node/poll", json={"node": NODE, "free_slots": 1})
    assert reply.json()["overlay_version"] == overlay.version


async def test_an_urgent_number_ends_a_poll_whose_time_is_not_over(store: SqlStore):
    async with running(store, PATIENT) as app, node_client(app) as node:
        told = await poll_once(node)
        async with asyncio.timeout(PATIENT.poll_seconds / 2):
            waiting = asyncio.create_task(node.post("/node/poll", json=asking(told)))
            await asyncio.to_thread(list_number, store, CALLER)
            reply = PollReply.model_validate_json((await waiting).content)
        overlay = await laid(node)
    assert (overlay.version, [entry.pattern for entry in overlay.added]) == (reply.overlay_version, [CALLER])


async def test_a_poll_that_was_told_another_version_does_not_wait(store: SqlStore):
    async with running(store, PATIENT) as app, node_client(app) as node:
        told = await poll_once(node)
        async with asyncio.timeout(PATIENT.poll_seconds / 2):
            asked = asking(told) | {"snapshot_version": "another"}
            reply = PollReply.model_validate_json((await node.post("/node/poll", json=asked)).content)
    assert reply.snapshot_version == told.snapshot_version


async def poll_once(node: AsyncClient) -> PollReply:
    """Learn the versions in force."""
    first = {"node": NODE, "free_slots": 0, "snapshot_version": "none", "overlay_version": "none"}
    return PollReply.model_validate_json((await node.post("/node/poll", json=first)).content)


def asking(told: PollReply) -> dict[str, object]:
    """A poll of a node that was told these versions."""
    versions = told.model_dump(include={"snapshot_version", "overlay_version"})
    return {"node": NODE, "free_slots": 0, **versions}


async def test_a_number_is_looked_up_in_the_process_itself(app: FastAPI, store: SqlStore):
    context: Context = app.state.context
    list_number(store, CALLER)
    context.overlays.expire()
    lists = await asyncio.to_thread(context.number_lists)
    with store.reading() as connection:
        found = lists.find(parse_number(CALLER), store.now(connection))
    assert [hit.list.name for hit in found.exact] == ["police"]
