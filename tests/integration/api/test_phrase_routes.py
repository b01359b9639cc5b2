"""The phrasebook as programs read and change it, and as nodes get it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from store.engine import open_engine
from store.phrasebook_release import prepare_phrasebook, release_phrasebook
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import SETTINGS, logged_in, node_client, running
from tests.fixtures.phrasebooks import BROKEN, HEAVIER, LONGER, ORIGINAL

ORDERS = ("release", "discard", "rollback")
pytestmark = pytest.mark.integration


@pytest.fixture
async def app(store: SqlStore, tmp_path: Path) -> AsyncIterator[FastAPI]:
    file = tmp_path / "phrases.yaml"
    file.write_text(ORIGINAL, encoding="utf-8")
    async with running(store, SETTINGS.model_copy(update={"phrasebook": file})) as application:
        yield application


@pytest.fixture
async def admin(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with logged_in(app, "admin") as client:
        yield client


@pytest.fixture
async def lead(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with logged_in(app, "lead") as client:
        yield client


async def prepare(client: AsyncClient, text: str, **more: object) -> Response:
    return await client.post("/phrasebook/versions", json={"text": text, **more})


async def prepared(client: AsyncClient, text: str = HEAVIER) -> int:
    return int((await prepare(client, text)).json()["n"])


async def released(admin: AsyncClient, lead: AsyncClient, text: str = HEAVIER) -> int:
    n = await prepared(admin, text)
    (await lead.post(f"/phrasebook/versions/{n}/release")).raise_for_status()
    return n


async def in_force(client: AsyncClient) -> tuple[int, str]:
    answer = (await client.get("/phrasebook")).json()
    return answer["version"], answer["text"]


async def test_the_file_of_the_settings_is_in_force_until_a_release(operator: AsyncClient):
    assert await in_force(operator) == (0, ORIGINAL)


async def test_a_known_phrasebook_is_not_sent_again(operator: AsyncClient):
    tag = (await operator.get("/phrasebook")).headers["ETag"]
    answer = await operator.get("/phrasebook", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


async def test_a_release_ends_what_was_known(admin: AsyncClient, lead: AsyncClient):
    tag = (await admin.get("/phrasebook")).headers["ETag"]
    n = await released(admin, lead)
    answer = await admin.get("/phrasebook", headers={"If-None-Match": tag})
    assert answer.json()["version"] == n


async def test_a_second_person_releases(admin: AsyncClient, lead: AsyncClient):
    n = await released(admin, lead)
    assert await in_force(lead) == (n, HEAVIER)


async def test_the_first_person_does_not(admin: AsyncClient):
    answer = await admin.post(f"/phrasebook/versions/{await prepared(admin)}/release")
    assert (answer.status_code, answer.json()["code"]) == (409, "phrasebook.second_person")


async def test_a_stale_draft_is_refused_by_name(admin: AsyncClient, lead: AsyncClient):
    stale = await prepared(admin, LONGER)
    await released(admin, lead)
    answer = await lead.post(f"/phrasebook/versions/{stale}/release")
    assert (answer.status_code, answer.json()["code"]) == (409, "phrasebook.stale")


async def test_an_edit_of_another_version_is_refused_by_name(admin: AsyncClient, lead: AsyncClient):
    await released(admin, lead)
    answer = await prepare(admin, LONGER, based_on=0)
    assert (answer.status_code, answer.json()["code"]) == (409, "phrasebook.stale")


async def test_a_broken_text_is_answered_with_all_its_faults(admin: AsyncClient):
    answer = await prepare(admin, BROKEN)
    faults = [(fault["line"], fault["kind"], fault["phrase"]) for fault in answer.json()["faults"]]
    assert answer.status_code == 422
    assert faults == [
        (3, "unknown_stage", "police.hook.case"),
        (3, "bad_weight", "police.hook.case"),
    ]


async def test_a_version_tells_what_it_changes(admin: AsyncClient):
    answer = (await admin.get(f"/phrasebook/versions/{await prepared(admin)}")).json()
    assert (answer["text"], answer["lines"]) == (HEAVIER, ["~ police.hook.case: weight 1.5 -> 2.5"])


async def test_the_history_keeps_who_and_why(admin: AsyncClient, lead: AsyncClient):
    await prepare(admin, HEAVIER, note="重话术")
    await released(admin, lead, LONGER)
    history = (await lead.get("/phrasebook/versions")).json()
    assert [(v["state"], v["prepared_by"], v["decided_by"], v["note"]) for v in history] == [
        ("released", "sun", "qian", ""),
        ("pending", "sun", None, "重话术"),
    ]


async def test_a_discarded_draft_is_not_released(admin: AsyncClient, lead: AsyncClient):
    n = await prepared(admin)
    await lead.post(f"/phrasebook/versions/{n}/discard")
    assert (await lead.post(f"/phrasebook/versions/{n}/release")).status_code == 409


async def test_a_rollback_brings_the_original_back(admin: AsyncClient, lead: AsyncClient):
    await released(admin, lead)
    back = (await admin.post("/phrasebook/versions/0/rollback")).json()["n"]
    await lead.post(f"/phrasebook/versions/{back}/release")
    assert await in_force(lead) == (back, ORIGINAL)


@pytest.mark.parametrize("role", ["operator", "auditor"])
async def test_who_only_looks_prepares_nothing(app: FastAPI, role: str):
    async with logged_in(app, role) as client:
        assert (await prepare(client, HEAVIER)).status_code == 403


async def test_an_unknown_version_is_not_found(operator: AsyncClient):
    assert (await operator.get("/phrasebook/versions/9")).status_code == 404


@pytest.mark.parametrize("n", [2**63, 10**30])
@pytest.mark.parametrize(("method", "order"), [("GET", ""), *(("POST", f"/{each}") for each in ORDERS)])
async def test_a_version_that_no_number_can_be_is_refused(
    admin: AsyncClient, method: str, order: str, n: int
):
    answer = await admin.request(method, f"/phrasebook/versions/{n}{order}")
    assert answer.status_code == 422


async def test_a_node_gets_what_another_process_released(app: FastAPI, store: SqlStore):
    elsewhere = SqlStore(open_engine(str(store.engine.url)))
    async with node_client(app) as node:
        before = (await node.get("/node/snapshot")).json()
        draft = prepare_phrasebook(elsewhere, HEAVIER, original=ORIGINAL, by="li")
        release_phrasebook(elsewhere, draft.n, original=ORIGINAL, by="sun")
        after = (await node.get("/node/snapshot", headers={"If-None-Match": before["version"]})).json()
    elsewhere.engine.dispose()
    assert [(s["phrasebook_version"], s["phrasebook"]) for s in (before, after)] == [
        (0, ORIGINAL),
        (draft.n, HEAVIER),
    ]


async def test_a_release_wakes_the_polls_of_the_nodes(app: FastAPI, admin: AsyncClient, lead: AsyncClient):
    n = await prepared(admin)
    work = app.state.context.work
    heard = work.rings
    await lead.post(f"/phrasebook/versions/{n}/release")
    await work.wait(heard, 5.0)
    assert work.rings > heard
