"""An operator's first minute in a real browser: log in, see the case, open it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from httpx import Client
from playwright.sync_api import Page, expect, sync_playwright

from tests.fixtures.control_plane import NODE, NODE_TOKEN, PASSWORD, seeded_file, served, store_of
from tests.fixtures.suspect_call import SuspectCall

pytestmark = pytest.mark.e2e

QUIET = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-sandbox",
]


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium")
    if found is None:
        reason = "chromium is not installed (Debian: apt-get install chromium)"
        if os.environ.get("CHANGMAO_TEST_STRICT") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A control plane to which a node has reported one alerted call."""
    store = store_of(seeded_file(tmp_path_factory.mktemp("seeded")), tmp_path_factory.mktemp("data"))
    call = SuspectCall()
    events = [event.model_dump(mode="json") for event in (*call.alerted(), call.ended())]
    with served(store) as url:
        headers = {"Authorization": f"Bearer {NODE_TOKEN}"}
        with Client(base_url=url, headers=headers) as node:
            node.post("/node/events", json={"node": NODE, "events": events}).raise_for_status()
        yield url
    store.engine.dispose()


@pytest.fixture(scope="module")
def page(chromium: str, address: str) -> Iterator[Page]:
    """A browser without JavaScript, logged in."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_context(base_url=address, java_script_enabled=False, locale="zh-CN").new_page()
        page.goto("/console")
        page.get_by_label("账号").fill("li")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        yield page
        browser.close()


def test_after_the_login_the_case_stands_in_the_list(page: Page):
    page.goto("/console/cases")
    row = page.get_by_role("row").filter(has_text="陈秀英")
    expect(row).to_contain_text("冒充公检法")


def test_the_case_opens_by_its_link_and_marks_what_matched(page: Page):
    page.goto("/console/cases")
    page.get_by_role("link", name="冒充公检法").click()
    expect(page.locator("mark")).to_have_text("安全账户")


def test_the_style_sheet_is_applied(page: Page):
    page.goto("/console/cases")
    expect(page.locator("header.bar")).to_have_css("background-color", "rgb(12, 47, 90)")


def test_the_list_is_operated_by_keyboard_alone(page: Page):
    page.goto("/console/cases")
    link = page.get_by_role("link", name="冒充公检法")
    link.focus()
    link.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("陈秀英")
