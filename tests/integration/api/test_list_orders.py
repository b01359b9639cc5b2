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
