"""Every door asks who is there."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from api.app import create_app
from store import accounts
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import NODE_TOKEN, PASSWORD, SETTINGS, logged_in, node_client

pytestmark = pytest.mark.integration

FOR_NODES = [
    ("GET", "/node/snapshot"),
    ("GET", "/node/lists/c1"),
    ("GET", "/node/overlay"),
    ("POST", "/node/events"),
    ("POST", "/node/poll"),
]
FOR_PEOPLE = [
    ("GET", "/cases"),
    ("GET", "/cases/c1"),
    ("GET", "/calls"),
    ("GET", "/calls/c1"),
    ("POST", "/calls/c1/commands"),
    ("GET", "/live"),
    ("DELETE", "/sessions"),
    ("GET", "/lists"),
    ("GET", "/lists/lookup"),
    ("GET", "/lists/c1/versions"),
    ("GET", "/lists/c1/export"),
    ("POST", "/lists/c1/imports"),
    ("POST", "/lists/c1/rollback"),
    ("POST", "/lists/c1/entries"),
    ("DELETE", "/lists/c1/entries/c1"),
    ("GET", "/versions/c1"),
    ("GET", "/versions/c1/rejects"),
    ("POST", "/versions/c1/release"),
    ("POST", "/versions/c1/discard"),
    ("GET", "/phrasebook"),
    ("GET", "/phrasebook/versions"),
    ("POST", "/phrasebook/versions"),
    ("GET", "/phrasebook/versions/c1"),
    ("POST", "/phrasebook/versions/c1/release"),
    ("POST", "/phrasebook/versions/c1/discard"),
    ("POST", "/phrasebook/versions/c1/rollback"),
    ("GET", "/reports/queue"),
    ("POST", "/reports/queue/c1/decision"),
    ("GET", "/removal-requests"),
    ("POST", "/removal-requests/c1/decision"),
    ("GET", "/residents/c1/contacts"),
    ("PUT", "/residents/c1/contacts"),
]
FOR_BOTH = [
    ("GET", "/emergency-windows"),
    ("POST", "/emergency-windows"),
    ("DELETE", "/emergency-windows/c1"),
]
"""Staff and nodes, some of them staff alone."""
PAGES = [
    ("GET", "/console/cases"),
    ("GET", "/console/cases/c1"),
    ("GET", "/console/lists/c1/versions/c1/rejects"),
    ("GET", "/console/calls"),
    ("GET", "/console/calls/c1"),
    ("GET", "/console/lists"),
    ("GET", "/console/lists/lookup"),
    ("POST", "/console/lists/lookup"),
    ("GET", "/console/lists/c1"),
    ("POST", "/console/lists/c1/imports"),
    ("POST", "/console/lists/c1/prepared"),
    ("POST", "/console/lists/c1/rollback"),
    ("POST", "/console/lists/c1/entries"),
    ("POST", "/console/lists/c1/entries/removal"),
    ("POST", "/console/lists/c1/versions/c1/release"),
    ("POST", "/console/lists/c1/versions/c1/discard"),
    ("GET", "/console/phrases"),
    ("GET", "/console/phrases/edit"),
    ("POST", "/console/phrases/edit"),
    ("GET", "/console/phrases/text"),
    ("POST", "/console/phrases/text"),
    ("GET", "/console/phrases/trial"),
    ("POST", "/console/phrases/trial"),
    ("GET", "/console/phrases/versions"),
    ("POST", "/console/phrases/versions/c1/release"),
    ("POST", "/console/phrases/versions/c1/discard"),
    ("POST", "/console/phrases/versions/c1/rollback"),
    ("GET", "/console/reports"),
    ("POST", "/console/reports/decision"),
    ("GET", "/console/removals"),
    ("POST", "/console/removals/c1/decision"),
    ("POST", "/console/logout"),
]
OPEN = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/sessions",
    "/reports",
    "/removal-requests",
    "/console",
    "/console/login",
    "/console/console.css",
}


@pytest.mark.parametrize(("method", "path"), FOR_NODES + FOR_PEOPLE + FOR_BOTH)
async def test_without_a_token_programs_get_401(app: FastAPI, method: str, path: str):
    async with node_client(app, token="") as nobody:
        assert (await nobody.request(method, path, json={})).json()["code"] == "auth.required"


@pytest.mark.parametrize(("method", "path"), FOR_NODES + FOR_PEOPLE + FOR_BOTH)
async def test_with_a_wrong_token_programs_get_401(app: FastAPI, method: str, path: str):
    async with node_client(app, token="wrong") as nobody:
        assert (await nobody.request(method, path, json={})).status_code == 401


@pytest.mark.parametrize(("method", "path"), FOR_PEOPLE)
async def test_a_node_is_no_person(app: FastAPI, method: str, path: str):
    async with node_client(app, NODE_TOKEN) as node:
        assert (await node.request(method, path, json={})).status_code == 401


@pytest.mark.parametrize(("method", "path"), FOR_NODES)
async def test_a_person_is_no_node(operator: AsyncClient, method: str, path: str):
    assert (await operator.request(method, path, json={})).status_code == 401


@pytest.mark.parametrize(("method", "path"), PAGES)
async def test_pages_lead_to_the_login(app: FastAPI, method: str, path: str):
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as browser:
        answer = await browser.request(method, path)
    assert answer.headers["location"].startswith("/console/login?next=/console/")


async def test_no_route_was_forgotten_in_this_file(app: FastAPI):
    known = {path for _, path in FOR_NODES + FOR_PEOPLE + FOR_BOTH + PAGES} | OPEN
    included = [getattr(route, "original_router", app).routes for route in app.routes]
    routes = {route.path for routes in included for route in routes if hasattr(route, "path")}
    assert len(routes) > len(PAGES)
    assert {re.sub(r"{[^}]+}", "c1", path) for path in routes | set(app.openapi()["paths"])} <= known


@pytest.mark.parametrize(("method", "path"), FOR_PEOPLE[:5])
async def test_grid_workers_see_no_cases(app: FastAPI, method: str, path: str):
    async with logged_in(app, "grid_worker") as grid_worker:
        assert (await grid_worker.request(method, path, json={"kind": "whisper"})).status_code == 403


async def test_an_auditor_looks_and_does_not_act(app: FastAPI):
    async with logged_in(app, "auditor") as auditor:
        answer = await auditor.post("/calls/c1/commands", json={"kind": "whisper"})
    assert answer.json()["code"] == "auth.forbidden"


async def test_a_node_may_not_speak_under_anothers_name(node: AsyncClient):
    answer = await node.post("/node/poll", json={"node": "node-2", "free_slots": 1})
    assert answer.json()["code"] == "auth.forbidden"


async def test_a_session_that_was_ended_lets_nobody_in(operator: AsyncClient):
    await operator.delete("/sessions")
    assert (await operator.get("/cases")).status_code == 401


async def test_wrong_passwords_are_bounded(app: FastAPI):
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        wrong = {"name": "li", "password": "wrong"}
        codes = [(await client.post("/sessions", json=wrong)).status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]


async def test_the_right_password_does_not_help_once_the_door_is_closed(app: FastAPI):
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        for _ in range(5):
            await client.post("/sessions", json={"name": "li", "password": "wrong"})
        answer = await client.post("/sessions", json={"name": "li", "password": PASSWORD})
    assert answer.status_code == 429


async def test_a_colleagues_typing_errors_close_nobody_elses_door(app: FastAPI):
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        for _ in range(5):
            await client.post("/sessions", json={"name": "zhao", "password": "wrong"})
        answer = await client.post("/sessions", json={"name": "li", "password": PASSWORD})
    assert answer.status_code == 201


async def test_a_stranger_elsewhere_closes_nobodys_door(app: FastAPI):
    for address, password in [("192.0.2.9", "wrong")] * 5 + [("192.0.2.1", PASSWORD)]:
        transport = ASGITransport(app, client=(address, 1))
        async with AsyncClient(transport=transport, base_url="http://test") as client:
            answer = await client.post("/sessions", json={"name": "li", "password": password})
    assert answer.status_code == 201


async def test_an_address_that_tries_many_names_is_bounded(store: SqlStore):
    app = create_app(store, SETTINGS.model_copy(update={"login_address_attempts": 3}))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        wrong = [{"name": f"nobody-{n}", "password": "wrong"} for n in range(4)]
        codes = [(await client.post("/sessions", json=each)).status_code for each in wrong]
    assert codes == [401] * 3 + [429]


async def test_the_database_holds_no_session_token(app: FastAPI, store: SqlStore):
    async with logged_in(app) as operator:
        token = operator.headers["Authorization"].removeprefix("Bearer ")
    assert accounts.find_session(store, token) is None
