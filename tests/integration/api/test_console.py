"""The console's pages as a browser without JavaScript gets them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from api.token import form_token
from contracts.evidence import Stage
from tests.fixtures.control_plane import PASSWORD, report
from tests.fixtures.suspect_call import SuspectCall

pytestmark = pytest.mark.integration


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.fixture
async def browser(stranger: AsyncClient) -> AsyncClient:
    await log_in(stranger)
    return stranger


async def log_in(browser: AsyncClient, password: str = PASSWORD, next_: str = "/console/cases") -> Response:
    page = await browser.get("/console/login", params={"next": next_})
    form = {"name": "li", "password": password, "csrf": csrf_of(page), "next": next_}
    return await browser.post("/console/login", data=form)


def csrf_of(page: Response) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert found, "the page has no form token"
    return found[1]


async def open_case(browser: AsyncClient) -> Response:
    page = await browser.get("/console/cases")
    found = re.search(r'href="(/console/cases/[^"]+)"', page.text)
    assert found, "the list names no case"
    return await browser.get(found[1])


async def test_a_login_leads_to_the_page_that_was_wanted(stranger: AsyncClient):
    answer = await log_in(stranger, next_="/console/cases/c7")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/cases/c7")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/console/../x", "/console/\\x"]
)
async def test_a_login_leads_to_no_other_site(stranger: AsyncClient, target: str):
    assert (await log_in(stranger, next_=target)).headers["location"] == "/console/cases"


async def test_scripts_and_other_sites_cannot_use_the_session_cookie(stranger: AsyncClient):
    cookie = (await log_in(stranger)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_a_wrong_password_is_said_on_the_page(stranger: AsyncClient):
    answer = await log_in(stranger, "wrong")
    assert (answer.status_code, "账号或密码不正确" in answer.text) == (401, True)


async def test_a_login_from_another_sites_form_is_refused(stranger: AsyncClient):
    answer = await stranger.post("/console/login", data={"name": "li", "password": PASSWORD})
    assert answer.status_code == 403


async def test_a_login_without_the_login_pages_cookie_is_refused(stranger: AsyncClient):
    form = {"name": "li", "password": PASSWORD, "csrf": form_token("")}
    assert (await stranger.post("/console/login", data=form)).status_code == 403


async def test_a_logout_from_another_sites_form_is_refused(browser: AsyncClient):
    await browser.post("/console/logout")
    assert (await browser.get("/console/cases")).status_code == 200


async def test_a_logout_ends_the_session(browser: AsyncClient):
    cookie = browser.cookies["changmao_session"]
    token = csrf_of(await browser.get("/console/cases"))
    await browser.post("/console/logout", data={"csrf": token})
    answer = await browser.get("/cases", headers={"Cookie": f"changmao_session={cookie}"})
    assert answer.status_code == 401


async def test_an_order_with_a_cookie_needs_the_form_token(browser: AsyncClient):
    answer = await browser.post("/calls/call-1/commands", json={"kind": "whisper"})
    assert answer.json()["code"] == "auth.csrf"


async def test_an_order_with_cookie_and_form_token_is_taken(browser: AsyncClient, node: AsyncClient):
    await report(node, SuspectCall().started())
    token = csrf_of(await browser.get("/console/cases"))
    headers = {"X-CSRF-Token": token}
    answer = await browser.post("/calls/call-1/commands", json={"kind": "whisper"}, headers=headers)
    assert answer.status_code == 202


async def test_without_cases_the_list_says_so(browser: AsyncClient):
    assert "目前没有案件" in (await browser.get("/console/cases")).text


async def test_the_list_masks_numbers(browser: AsyncClient, node: AsyncClient):
    await report(node, *SuspectCall().alerted())
    page = (await browser.get("/console/cases")).text
    assert "+86138****0001" in page
    assert "13800000001" not in page


async def test_a_case_marks_what_matched(browser: AsyncClient, node: AsyncClient):
    await report(node, *SuspectCall().alerted())
    assert '<mark title="索取：安全账户">安全账户</mark>' in (await open_case(browser)).text


async def test_a_case_shows_how_the_call_was_worded_as_a_whole(browser: AsyncClient, node: AsyncClient):
    call = SuspectCall()
    worded = {"stage": Stage.DICTION, "wording": "", "text": "先垫 垫", "contribution": 1.5}
    evidence = (call.evidence(), call.evidence().model_copy(update=worded))
    await report(node, call.started(), call.alert().model_copy(update={"evidence": evidence}))
    row = "<td></td><td></td><td>整体措辞</td><td>全程用字</td><td>先垫 垫</td><td></td>"
    assert f'{row}<td class="figure">+1.5</td>' in (await open_case(browser)).text


async def test_a_case_names_the_phrasebook_it_was_judged_by(browser: AsyncClient, node: AsyncClient):
    call = SuspectCall()
    await report(node, call.started(), call.alert().model_copy(update={"phrasebook_version": 7}))
    page = (await open_case(browser)).text
    assert '<dt>话术库</dt><dd><a href="/console/phrases?version=7">版本 7</a></dd>' in page


async def test_a_case_shows_the_warning_call_and_its_outcome(browser: AsyncClient, node: AsyncClient):
    call = SuspectCall()
    await report(node, *call.alerted(), call.ended())
    poll = (await node.post("/node/poll", json={"node": "node-1", "free_slots": 1})).json()
    attempt = poll["attempts"][0]
    over = {
        "type": "attempt_ended",
        "id": "over",
        "at": call.began.isoformat(),
        "attempt_id": attempt["attempt_id"],
        "fence": attempt["fence"],
        "outcome": "acknowledged",
        "digit": "1",
    }
    await node.post("/node/events", json={"node": "node-1", "events": [over]})
    assert "按 1 确认" in (await open_case(browser)).text


async def test_what_a_caller_says_is_never_markup(browser: AsyncClient, node: AsyncClient):
    attack = SuspectCall(heard='<script>alert(1)</script>安全账户<img src=x onerror="x">')
    await report(node, *attack.alerted())
    page = (await open_case(browser)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "<img" not in page


async def test_a_case_that_does_not_exist_is_a_page_too(browser: AsyncClient):
    answer = await browser.get("/console/cases/nowhere")
    assert (answer.status_code, "找不到页面" in answer.text) == (404, True)


async def test_pages_say_that_they_are_chinese(stranger: AsyncClient):
    assert '<html lang="zh-CN">' in (await stranger.get("/console/login")).text


async def test_the_style_sheet_is_served(stranger: AsyncClient):
    answer = await stranger.get("/console/console.css")
    assert answer.headers["content-type"].startswith("text/css")
