"""Residents' contacts over HTTP."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.fixtures.control_plane import logged_in

pytestmark = pytest.mark.integration

PATH = "/residents/r1/contacts"


async def test_contacts_are_kept_in_one_form(operator: AsyncClient):
    await operator.put(PATH, json={"numbers": ["138 0000 0011", "+86 13800000012", "13800000011"]})
    assert (await operator.get(PATH)).json() == {"numbers": ["+8613800000011", "+8613800000012"]}


async def test_nodes_get_them_with_the_snapshot(operator: AsyncClient, node: AsyncClient):
    before = (await node.get("/node/snapshot")).json()
    await operator.put(PATH, json={"numbers": ["13800000011"]})
    after = (await node.get("/node/snapshot")).json()
    assert before["version"] != after["version"]
    assert [each["contacts"] for each in after["enrolments"]] == [["+8613800000011"], []]


async def test_every_unusable_contact_is_named_and_nothing_is_changed(operator: AsyncClient):
    await operator.put(PATH, json={"numbers": ["13800000011"]})
    answer = await operator.put(PATH, json={"numbers": ["13800000012", "12", "96110"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "contacts.bad_number")
    assert answer.json()["detail"].startswith("contact 2: is too short")
    assert "contact 3: is a service's code" in answer.json()["detail"]
    assert (await operator.get(PATH)).json() == {"numbers": ["+8613800000011"]}


async def test_fifty_contacts_are_enough(operator: AsyncClient):
    numbers = [f"1380000{n:04}" for n in range(51)]
    answers = [await operator.put(PATH, json={"numbers": numbers[:count]}) for count in (50, 51)]
    assert [answer.status_code for answer in answers] == [200, 422]


async def test_nobody_unknown_has_contacts(operator: AsyncClient):
    answer = await operator.put("/residents/nobody/contacts", json={"numbers": []})
    assert answer.status_code == 404


async def test_an_auditor_changes_none(app: FastAPI):
    async with logged_in(app, "auditor") as auditor:
        assert (await auditor.put(PATH, json={"numbers": []})).status_code == 403
