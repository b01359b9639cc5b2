"""Removal requests over HTTP: asked by anybody, answered by those who keep the lists."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api.app import create_app
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import SETTINGS, logged_in, node_client
from tests.fixtures.listed_numbers import list_number
from tests.fixtures.served_lists import laid_once
from tests.fixtures.told_calls import CALLER

pytestmark = pytest.mark.integration

FORM = {"number": "199 0000 0001", "reason": "这是我的号码", "contact": "owner@example.test"}
ACCEPTED = {"decision": "accepted", "reason": "号码已换机主"}


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with node_client(app, token="") as client:
        yield client


@pytest.fixture
async def lead(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with logged_in(app, "lead") as client:
        yield client


async def asked(client: AsyncClient) -> str:
    answer = await client.post("/removal-requests", json=FORM)
    assert answer.status_code == 201
    request_id: str = answer.json()["id"]
    return request_id


async def test_anybody_may_ask_and_is_told_the_deadline(stranger: AsyncClient):
    answer = await stranger.post("/removal-requests", json=FORM)
    assert (answer.status_code, set(answer.json())) == (201, {"id", "deadline_at"})


async def test_strangers_are_bounded(store: SqlStore):
    app = create_app(store, SETTINGS.model_copy(update={"public_posts": 1}))
    async with node_client(app, token="") as stranger:
        codes = [(await stranger.post("/removal-requests", json=FORM)).status_code for _ in range(2)]
    assert codes == [201, 429]


@pytest.mark.parametrize(
    "wrong", [{"number": "12"}, {"reason": " "}, {"contact": " "}, {"reason": "长" * 501}]
)
async def test_a_request_without_what_it_needs_is_refused(stranger: AsyncClient, wrong: dict[str, str]):
    assert (await stranger.post("/removal-requests", json=FORM | wrong)).status_code == 422


async def test_an_accepted_number_leaves_the_lists_of_the_nodes(
    node: AsyncClient, stranger: AsyncClient, lead: AsyncClient, store: SqlStore
):
    list_number(store, CALLER)
    await laid_once(node, lambda overlay: bool(overlay.added))
    answer = await lead.post(f"/removal-requests/{await asked(stranger)}/decision", json=ACCEPTED)
    assert answer.json()["entries_ended"] == 1
    await laid_once(node, lambda overlay: not overlay.added)


async def test_who_listed_a_number_cannot_accept_a_request_they_may_have_sent(
    app: FastAPI, stranger: AsyncClient, lead: AsyncClient
):
    entry = {"number": FORM["number"], "category": "fraud", "action": "reject"}
    assert (await lead.post("/lists/police/entries", json=entry)).json()["version"]["state"] == "released"
    decision = f"/removal-requests/{await asked(stranger)}/decision"
    own = await lead.post(decision, json=ACCEPTED)
    async with logged_in(app, "admin") as another:
        other = await another.post(decision, json=ACCEPTED)
    assert (own.status_code, own.json()["code"], other.json().get("entries_ended")) == (
        409,
        "lists.own_listing",
        1,
    )


async def test_the_list_shows_open_and_answered_requests(stranger: AsyncClient, lead: AsyncClient):
    request_id = await asked(stranger)
    opened = (await lead.get("/removal-requests")).json()
    await lead.post(f"/removal-requests/{request_id}/decision", json=ACCEPTED | {"decision": "refused"})
    answered = (await lead.get("/removal-requests")).json()
    states = [each["request"]["state"] for each in (*opened, *answered)]
    assert (states, opened[0]["overdue"]) == (["open", "refused"], False)


async def test_who_decided_is_recorded(stranger: AsyncClient, lead: AsyncClient):
    answer = await lead.post(f"/removal-requests/{await asked(stranger)}/decision", json=ACCEPTED)
    assert (answer.json()["decided_by"], answer.json()["answer"]) == ("qian", "号码已换机主")


async def test_a_second_answer_is_a_conflict(stranger: AsyncClient, lead: AsyncClient):
    request_id = await asked(stranger)
    codes = [
        (await lead.post(f"/removal-requests/{request_id}/decision", json=ACCEPTED)).status_code
        for _ in range(2)
    ]
    assert codes == [200, 409]


@pytest.mark.parametrize("role", ["operator", "auditor"])
async def test_only_those_who_keep_the_lists_answer(app: FastAPI, stranger: AsyncClient, role: str):
    request_id = await asked(stranger)
    async with logged_in(app, role) as other:
        answer = await other.post(f"/removal-requests/{request_id}/decision", json=ACCEPTED)
    assert answer.status_code == 403
