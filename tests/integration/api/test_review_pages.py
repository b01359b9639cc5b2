"""Reports and removal requests as those who judge them see them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from tests.fixtures.browsing import browsing, post

pytestmark = pytest.mark.integration

NUMBER = "+8619900000001"


@pytest.fixture
async def admin(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with browsing(app, "admin") as browser:
        yield browser


@pytest.fixture
async def auditor(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with browsing(app, "auditor") as browser:
        yield browser


@pytest.fixture
async def somebody(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield client


async def report(client: AsyncClient, number: str = NUMBER, note: str = "自称公安") -> None:
    form = {"number": number, "category": "police", "reporter": "13800000009", "note": note}
    (await client.post("/reports", json=form)).raise_for_status()


async def ask_removal(client: AsyncClient) -> str:
    form = {"number": NUMBER, "reason": "<b>快递</b>", "contact": "mail@example.org"}
    answer = await client.post("/removal-requests", json=form)
    return str(answer.raise_for_status().json()["id"])


async def test_a_reported_number_waits_for_its_review(admin: AsyncClient, somebody: AsyncClient):
    await report(somebody)
    page = (await admin.get("/console/reports")).text
    assert NUMBER in page
    assert "公众 1" in page


async def test_a_published_number_leaves_the_queue(admin: AsyncClient, somebody: AsyncClient):
    await report(somebody)
    form = {"number": NUMBER, "decision": "publish", "reason": "已核实"}
    page = (await post(admin, "/console/reports/decision", **form)).text
    assert "号码已公布" in page
    assert NUMBER not in page


async def test_a_review_needs_a_reason(admin: AsyncClient, somebody: AsyncClient):
    await report(somebody)
    answer = await post(admin, "/console/reports/decision", number=NUMBER, decision="dismiss", reason=" ")
    assert (answer.status_code, "请填写理由" in answer.text) == (422, True)


async def test_a_protected_code_can_only_be_dismissed(admin: AsyncClient, somebody: AsyncClient):
    await report(somebody, "110")
    answer = await post(admin, "/console/reports/decision", number="110", decision="publish", reason="x")
    assert (answer.status_code, "不能公布" in answer.text) == (409, True)


async def test_a_reporters_note_is_never_markup(admin: AsyncClient, somebody: AsyncClient):
    await report(somebody, note="<script>alert(1)</script>")
    assert "<script" not in (await admin.get("/console/reports")).text


async def test_an_auditor_sees_no_decision_form(auditor: AsyncClient, somebody: AsyncClient):
    await report(somebody)
    page = (await auditor.get("/console/reports")).text
    assert NUMBER in page
    assert "驳回" not in page


async def test_an_auditor_decides_nothing(auditor: AsyncClient, somebody: AsyncClient):
    await report(somebody)
    form = {"number": NUMBER, "decision": "dismiss", "reason": "x"}
    assert (await post(auditor, "/console/reports/decision", **form)).status_code == 403


async def test_a_removal_request_is_shown_with_its_deadline(admin: AsyncClient, somebody: AsyncClient):
    await ask_removal(somebody)
    page = (await admin.get("/console/removals")).text
    assert "剩余" in page
    assert "&lt;b&gt;快递&lt;/b&gt;" in page


async def test_an_accepted_removal_is_told(admin: AsyncClient, somebody: AsyncClient):
    request = await ask_removal(somebody)
    path = f"/console/removals/{request}/decision"
    page = (await post(admin, path, decision="accepted", reason="误列")).text
    assert "相关条目已移除" in page
    assert "已同意" in page


async def test_a_removal_answered_twice_is_told_beside_the_list(admin: AsyncClient, somebody: AsyncClient):
    path = f"/console/removals/{await ask_removal(somebody)}/decision"
    await post(admin, path, decision="refused", reason="证据充分")
    answer = await post(admin, path, decision="accepted", reason="误列")
    assert (answer.status_code, "已处理" in answer.text) == (409, True)


async def test_an_auditor_answers_no_removal(auditor: AsyncClient, somebody: AsyncClient):
    path = f"/console/removals/{await ask_removal(somebody)}/decision"
    assert (await post(auditor, path, decision="accepted", reason="x")).status_code == 403
