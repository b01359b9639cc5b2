"""Emergency windows over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.fixtures.control_plane import logged_in
from tests.fixtures.served_lists import laid_once

pytestmark = pytest.mark.integration

CALL = {"number": "138 0000 0001"}


async def test_a_node_opens_a_window_of_ninety_minutes(node: AsyncClient):
    answer = await node.post("/emergency-windows", json=CALL)
    window = answer.json()
    lasts = datetime.fromisoformat(window["until"]) - datetime.fromisoformat(window["began_at"])
    assert (answer.status_code, window["resident_id"], window["opened_by"], lasts) == (
        201,
        "r1",
        "node-1",
        timedelta(minutes=90),
    )


async def test_a_repeated_order_returns_the_window_there_is(node: AsyncClient):
    first = await node.post("/emergency-windows", json=CALL)
    again = await node.post("/emergency-windows", json=CALL | {"at": first.json()["began_at"]})
    assert (again.status_code, again.json()) == (200, first.json())


async def test_nodes_are_told_of_an_open_window_and_of_its_end(node: AsyncClient, operator: AsyncClient):
    window = (await operator.post("/emergency-windows", json=CALL)).json()
    told = await laid_once(node, lambda overlay: bool(overlay.emergencies))
    assert [each.resident_id for each in told.emergencies] == ["r1"]
    await operator.delete(f"/emergency-windows/{window['id']}")
    await laid_once(node, lambda overlay: not overlay.emergencies)


async def test_a_window_begins_when_the_resident_called(operator: AsyncClient):
    at = datetime.now(UTC) - timedelta(minutes=30)
    window = (await operator.post("/emergency-windows", json=CALL | {"at": at.isoformat()})).json()
    assert datetime.fromisoformat(window["began_at"]) == at


async def test_a_window_that_would_be_over_is_refused(operator: AsyncClient):
    at = datetime.now(UTC) - timedelta(minutes=91)
    answer = await operator.post("/emergency-windows", json=CALL | {"at": at.isoformat()})
    assert (answer.status_code, answer.json()["code"]) == (422, "emergency.bad_window")


async def test_nobody_who_is_not_enrolled_has_a_window(operator: AsyncClient):
    assert (await operator.post("/emergency-windows", json={"number": "13800009999"})).status_code == 404


async def test_staff_see_the_open_windows(operator: AsyncClient):
    window = (await operator.post("/emergency-windows", json=CALL)).json()
    assert (await operator.get("/emergency-windows")).json() == [window]


async def test_a_window_is_ended_once(operator: AsyncClient):
    window = (await operator.post("/emergency-windows", json=CALL)).json()
    codes = [(await operator.delete(f"/emergency-windows/{window['id']}")).status_code for _ in range(2)]
    assert codes == [204, 409]


async def test_an_auditor_opens_none(app: FastAPI):
    async with logged_in(app, "auditor") as auditor:
        assert (await auditor.post("/emergency-windows", json=CALL)).status_code == 403
