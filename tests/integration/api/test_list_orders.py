"""What an admin orders for lists and single numbers, at the bounds of what may be said."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from blacklists.importing.cell import LONGEST_CATEGORY
from tests.fixtures.browsing import browsing, post
from tests.fixtures.control_plane import logged_in
from tests.fixtures.list_files import SUSPECT

pytestmark = pytest.mark.integration


@pytest.fixture
async def admin(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with logged_in(app, "admin") as client:
        yield client


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with browsing(app, "admin") as client:
        yield client


@pytest.mark.parametrize(
    ("length", "code"), [(LONGEST_CATEGORY, None), (LONGEST_CATEGORY + 1, "input.invalid")]
)
async def test_a_category_may_be_as_long_as_in_a_file(admin: AsyncClient, length: int, code: str | None):
    order = {"number": SUSPECT, "category": "长" * length, "action": "reject"}
    answer = await admin.post("/lists/police/entries", json=order)
    assert answer.json().get("code") == code


async def test_the_form_for_one_number_names_the_same_bound(browser: AsyncClient):
    page = (await browser.get("/console/lists/police")).text
    assert f'name="category" required maxlength="{LONGEST_CATEGORY}"' in page


async def test_the_form_for_one_number_takes_no_longer_category(browser: AsyncClient):
    form = {"number": SUSPECT, "category": "长" * (LONGEST_CATEGORY + 1), "action": "reject"}
    assert (await post(browser, "/console/lists/police/entries", **form)).status_code == 422


BANKS = {"name": "banks", "kind": "score", "precedence": 30, "owner": "青州反诈中心"}


async def test_a_list_is_made_empty(admin: AsyncClient):
    answer = await admin.post("/lists", json=BANKS)
    assert (answer.status_code, answer.json()) == (201, {**BANKS, "version": 0})


async def test_who_made_a_list_is_recorded(admin: AsyncClient):
    await admin.post("/lists", json=BANKS)
    lists = (await admin.get("/lists")).json()
    makers = {each["list"]["name"]: each["created_by"] for each in lists}
    assert (makers["banks"], makers["police"]) == ("sun", None)


async def test_a_name_is_taken_once(admin: AsyncClient):
    codes = [(await admin.post("/lists", json=BANKS)).status_code for _ in range(2)]
    assert codes == [201, 409]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "lookup"},
        {"name": "../x"},
        {"owner": " "},
        {"kind": "grey"},
        {"precedence": -1},
        {"precedence": 2**31},
        {"more": 1},
    ],
)
async def test_a_list_that_could_not_be_used_is_refused(admin: AsyncClient, wrong: dict[str, object]):
    assert (await admin.post("/lists", json=BANKS | wrong)).status_code == 422


@pytest.mark.parametrize("role", ["operator", "auditor"])
async def test_those_who_only_look_make_no_list(app: FastAPI, role: str):
    async with logged_in(app, role) as person:
        assert (await person.post("/lists", json=BANKS)).json()["code"] == "auth.forbidden"


async def test_a_list_is_made_in_the_console(browser: AsyncClient):
    form = {field: str(value) for field, value in BANKS.items()}
    page = (await post(browser, "/console/lists", **form)).text
    assert "名单已建立" in page
    assert "由 sun 建立" in page


async def test_what_is_wrong_with_a_new_list_is_told_beside_its_form(browser: AsyncClient):
    form = {field: str(value) for field, value in BANKS.items()} | {"name": "Banks!"}
    page = await post(browser, "/console/lists", **form)
    assert (page.status_code, 'value="Banks!"' in page.text, "新建名单" in page.text) == (422, True, True)


async def test_a_new_list_needs_the_form_token(browser: AsyncClient):
    form = {field: str(value) for field, value in BANKS.items()}
    assert (await browser.post("/console/lists", data=form)).status_code == 403


async def test_an_auditor_sees_no_form_for_a_new_list(app: FastAPI):
    async with browsing(app, "auditor") as auditor:
        assert "新建名单" not in (await auditor.get("/console/lists")).text


async def test_an_auditor_makes_no_list_in_the_console(app: FastAPI):
    form = {field: str(value) for field, value in BANKS.items()}
    async with browsing(app, "auditor") as auditor:
        assert (await post(auditor, "/console/lists", **form)).status_code == 403
