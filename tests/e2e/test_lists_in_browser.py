"""An admin's day with a number list in a real browser: preview, prepare, released by another, looked up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fixtures.control_plane import seeded_file, served, store_of
from tests.fixtures.list_files import SUSPECT, suspects
from tests.fixtures.real_browser import NARROW, chromium, logged_in

pytestmark = pytest.mark.e2e


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = store_of(seeded_file(tmp_path_factory.mktemp("seeded")), tmp_path_factory.mktemp("data"))
    with served(store) as url:
        yield url
    store.engine.dispose()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def prepare(page: Page, file: Path) -> None:
    page.get_by_role("link", name="police").click()
    page.get_by_role("button", name="文件").set_input_files(file)
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_role("heading", name="预览")).to_contain_text("演练.csv")
    expect(page.get_by_role("row").filter(has_text=SUSPECT)).to_contain_text("冒充公检法")
    page.get_by_role("button", name="提交").click()


def test_a_list_is_imported_by_one_person_released_by_another_and_looked_up(
    browser: Browser, address: str, tmp_path: Path
):
    file = tmp_path / "演练.csv"
    file.write_text(suspects(12), encoding="gb18030")
    with logged_in(browser, address, "admin") as admin:
        prepare(admin, file)
        admin.get_by_role("button", name="发布 版本 1").click()
        expect(admin.get_by_role("alert")).to_contain_text("另一人发布")
    with logged_in(browser, address, "lead") as lead:
        lead.get_by_role("link", name="police").click()
        lead.get_by_role("button", name="发布 版本 1").click()
        expect(lead.get_by_role("status")).to_contain_text("版本已发布")
        lead.get_by_role("link", name="号码查询").click()
        lead.get_by_role("textbox", name="号码 任何写法").fill("199 0000 0001")
        lead.get_by_role("button", name="查询").click()
        deciding = lead.get_by_role("row").filter(has_text="决定规则")
        expect(deciding).to_contain_text("police")
        expect(deciding).to_contain_text("拒接来电")


def test_no_page_of_the_lists_is_wider_than_a_narrow_window(browser: Browser, address: str, tmp_path: Path):
    file = tmp_path / "演练.csv"
    file.write_text(suspects(3), encoding="gb18030")
    with logged_in(browser, address, "admin") as admin:
        prepare(admin, file)
        admin.get_by_role("button", name="发布 版本 1").click()
        # What can be rolled back to has a button with unseen words behind the table's edge.
        admin.get_by_label("号码", exact=True).fill("19900009999")
        admin.get_by_label("类别").fill("贷款" * 20)
        admin.get_by_role("button", name="加入名单").click()
        expect(admin.get_by_role("button", name="回滚 到版本 1")).to_be_attached()
        admin.set_viewport_size({"width": NARROW, "height": 800})
        for page in ("lists", "lists/police", "lists/lookup", "calls", "reports", "removals"):
            admin.goto(f"/console/{page}")
            assert admin.evaluate("document.documentElement.scrollWidth") == NARROW, page
