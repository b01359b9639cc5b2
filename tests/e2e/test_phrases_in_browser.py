"""Today's script in the phrasebook by noon, in a real browser: edited, tried, released by another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fixtures.control_plane import seeded_file, served, store_of
from tests.fixtures.real_browser import NARROW, chromium, logged_in

pytestmark = pytest.mark.e2e

PAGE = "/console/phrases"
NEW = "老年卡补贴要刷脸"


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A control plane with the shipped phrasebook in force."""
    store = store_of(seeded_file(tmp_path_factory.mktemp("seeded")), tmp_path_factory.mktemp("data"))
    with served(store) as url:
        yield url
    store.engine.dispose()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def prepare(page: Page) -> None:
    page.get_by_role("link", name="新增一条").click()
    page.get_by_label("说法").fill(f"{NEW}\n领补贴先刷脸")
    page.get_by_label("编号").fill("government.hook.allowance_today")
    page.get_by_label("诈骗类型").select_option(label="冒充政府机关")
    page.get_by_role("button", name="生成待发布版本").click()


def test_a_phrase_is_written_by_one_person_tried_and_released_by_another(browser: Browser, address: str):
    with logged_in(browser, address, "admin", PAGE) as admin:
        prepare(admin)
        admin.get_by_role("button", name="发布 版本 1").click()
        expect(admin.get_by_role("alert")).to_contain_text("另一人发布")
    with logged_in(browser, address, "lead", f"{PAGE}/versions") as lead:
        expect(lead.get_by_role("listitem").filter(has_text="新增 government")).to_contain_text(NEW)
        lead.get_by_role("region", name="待发布：版本 1").get_by_role("link", name="测试").click()
        lead.get_by_label("文字").fill(f"大爷，{NEW}的")
        lead.get_by_role("button", name="测试").click()
        expect(lead.locator("mark").filter(has_text=NEW)).to_be_visible()
        lead.get_by_role("link", name="版本与发布").click()
        lead.get_by_role("button", name="发布 版本 1").click()
        expect(lead.get_by_role("status")).to_contain_text("版本已发布")
        lead.get_by_role("link", name="话术库").click()
        lead.get_by_label("查找").fill(NEW)
        lead.get_by_role("button", name="查找").click()
        expect(lead.get_by_role("list").filter(has_text="allowance_today")).to_be_visible()


def test_no_page_of_the_phrases_is_wider_than_a_narrow_window(browser: Browser, address: str):
    with logged_in(browser, address, "admin", PAGE) as admin:
        prepare(admin)
        admin.set_viewport_size({"width": NARROW, "height": 800})
        for place in ("", "/versions", "/trial", "/text", "/edit"):
            admin.goto(f"{PAGE}{place}")
            assert admin.evaluate("document.documentElement.scrollWidth") == NARROW, place
