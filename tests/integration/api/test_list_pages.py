"""The pages of the number lists as a browser without JavaScript gets them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from blacklists.pattern import parse_pattern
from contracts.node_api import CallStarted
from contracts.number_list import EntryKind
from contracts.verdict import Action, RuleStep, Verdict
from store.list_entry import NewEntry, add_entry
from store.unit_of_work import SqlStore
from tests.fixtures.browsing import browsing, csrf_of, post
from tests.fixtures.control_plane import SETTINGS, report, running
from tests.fixtures.list_files import SUSPECT, csv_of, suspects
from tests.fixtures.suspect_call import CALLER, SuspectCall

pytestmark = pytest.mark.integration

POLICE = "/console/lists/police"


@pytest.fixture
async def admin(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with browsing(app, "admin") as browser:
        yield browser


@pytest.fixture
async def lead(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with browsing(app, "lead") as browser:
        yield browser


@pytest.fixture
async def operator_browser(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with browsing(app, "operator") as browser:
        yield browser


async def upload(browser: AsyncClient, text: str, name: str = "演练.csv", path: str = POLICE) -> Response:
    token = csrf_of(await browser.get("/console/lists"))
    files = {"file": (name, text.encode("gb18030"))}
    return await browser.post(f"{path}/imports", data={"csrf": token}, files=files)


async def prepare(browser: AsyncClient, text: str, path: str = POLICE) -> int:
    page = await upload(browser, text, path=path)
    word = re.search(r'name="word" value="([^"]+)"', page.text)
    assert word, "the preview offers nothing to import"
    shown = await post(browser, f"{path}/prepared", word=word[1], file_name="演练.csv")
    return int(re.findall(r'id="version-(\d+)"', shown.text)[0])


async def test_all_lists_are_shown_with_the_order_of_the_rules(admin: AsyncClient):
    page = (await admin.get("/console/lists")).text
    rules = [
        page.index(f"<strong>{rule}</strong>") for rule in ("紧急窗口", "白名单", "公安名单", "默认处置")
    ]
    assert rules == sorted(rules)


async def test_a_preview_shows_the_plan_and_writes_nothing(admin: AsyncClient):
    page = await upload(admin, suspects(2))
    assert "冒充公检法" in page.text
    assert "没有版本" in page.text


async def test_why_a_line_is_rejected_is_told_in_chinese(admin: AsyncClient):
    page = await upload(admin, csv_of("19900000001,exact,诈骗,reject", "1990000000x,exact,诈骗,reject"))
    assert "含字母，请填写数字" in page.text


async def test_what_to_look_at_in_a_file_is_told_in_chinese(admin: AsyncClient):
    page = await upload(admin, csv_of("00852,prefix,诈骗,monitor"))
    assert "覆盖一个国家或一类服务的全部号码（HK）" in page.text


async def test_whoever_releases_sees_what_to_look_at(admin: AsyncClient, lead: AsyncClient):
    n = await prepare(admin, csv_of("13,prefix,诈骗,monitor"))
    page = (await lead.get(POLICE)).text
    pending = page[page.index(f'id="version-{n}"') :]
    assert "号段 +8613 最多覆盖 1000 百万个号码" in pending[: pending.index("</section>")]


async def test_a_number_put_in_force_at_once_is_shown_with_what_to_look_at(store: SqlStore):
    async with (
        running(store, SETTINGS.model_copy(update={"single_admin": True})) as app,
        browsing(app, "admin") as admin,
    ):
        entry = {"number": "110", "category": "诈骗", "action": "reject", "note": ""}
        page = (await post(admin, f"{POLICE}/entries", **entry)).text
    assert "版本已发布" in page
    assert "110 是受保护号码" in page


async def test_an_older_file_of_a_source_is_refused_in_chinese(admin: AsyncClient, lead: AsyncClient):
    text = '{"version": 8, "numbers": [{"phone": "+8619900000001", "votes": 4, "rating": "G_FRAUD"}]}'
    path = "/console/lists/upstream"
    n = await prepare(admin, text, path)
    await post(lead, f"{path}/versions/{n}/release")
    assert "文件的数据版本不比名单现有的新" in (await upload(admin, text, path=path)).text


async def test_rejected_lines_are_sent_with_their_reasons_in_chinese(admin: AsyncClient):
    n = await prepare(admin, csv_of("19900000001,exact,诈骗,reject", "19900000001,exact,诈骗,reject"))
    link = re.search(r'href="([^"]+/rejects)"', (await admin.get(POLICE)).text)
    assert link
    assert link[1] == f"{POLICE}/versions/{n}/rejects"
    assert "与第 2 行相同，以第 2 行为准" in (await admin.get(link[1])).text


async def test_one_number_is_told_as_such_where_its_version_comes_from(admin: AsyncClient):
    page = await post(admin, f"{POLICE}/entries", number=SUSPECT, category="诈骗", action="reject")
    assert ("单个号码</td>" in page.text, "one entry" in page.text) == (True, False)


async def test_a_previewed_file_becomes_a_version_that_awaits_release(admin: AsyncClient):
    n = await prepare(admin, suspects(2))
    assert f"待发布：版本 {n}" in (await admin.get(POLICE)).text


async def test_a_previewed_file_is_imported_once(admin: AsyncClient):
    page = await upload(admin, suspects(2))
    word = re.search(r'name="word" value="([^"]+)"', page.text)
    assert word
    await post(admin, f"{POLICE}/prepared", word=word[1])
    again = await post(admin, f"{POLICE}/prepared", word=word[1])
    assert (again.status_code, "预览的文件已失效" in again.text) == (404, True)


async def test_the_second_persons_rule_is_told_beside_the_forms(admin: AsyncClient):
    n = await prepare(admin, suspects(11))
    page = await post(admin, f"{POLICE}/versions/{n}/release")
    assert (page.status_code, "另一人发布" in page.text, "导入文件" in page.text) == (409, True, True)


async def test_another_person_releases(admin: AsyncClient, lead: AsyncClient):
    n = await prepare(admin, suspects(11))
    page = await post(lead, f"{POLICE}/versions/{n}/release")
    assert "版本已发布" in page.text


async def test_a_version_that_is_gone_meanwhile_is_told_beside_the_forms(admin: AsyncClient):
    n = await prepare(admin, suspects(1))
    await post(admin, f"{POLICE}/versions/{n}/discard")
    page = await post(admin, f"{POLICE}/versions/{n}/discard")
    assert (page.status_code, "已被他人更改，或版本已处理" in page.text) == (409, True)


async def test_a_release_by_the_page_of_another_list_is_refused(admin: AsyncClient):
    n = await prepare(admin, suspects(1))
    page = await post(admin, f"/console/lists/upstream/versions/{n}/release")
    assert page.status_code == 404


async def test_a_rollback_is_offered_for_what_was_released(admin: AsyncClient):
    first = await prepare(admin, suspects(1))
    await post(admin, f"{POLICE}/versions/{first}/release")
    second = await prepare(admin, csv_of("19900000009,exact,诈骗,reject"))
    await post(admin, f"{POLICE}/versions/{second}/release")
    page = await post(admin, f"{POLICE}/rollback", version=str(first))
    assert f"由版本 {second} 回滚到版本 {first}" in page.text


async def test_a_file_of_another_kind_is_told_beside_the_form(admin: AsyncClient):
    page = await upload(admin, "a,b\n1,2\n", "wrong.csv")
    assert (page.status_code, "文件首行不是所需的列名" in page.text) == (422, True)


async def test_no_file_is_told_beside_the_form(admin: AsyncClient):
    page = await upload(admin, "", "")
    assert (page.status_code, "请先选择文件" in page.text) == (422, True)


async def test_a_file_that_is_too_large_is_told_beside_the_form(store: SqlStore):
    small = SETTINGS.model_copy(update={"max_import_bytes": 2**20})
    async with running(store, small) as app, browsing(app, "admin") as browser:
        page = await upload(browser, "x" * (2**20 + 1))
    assert (page.status_code, "文件超过 1 MB" in page.text) == (413, True)


async def test_one_number_is_added_at_once(admin: AsyncClient):
    page = await post(admin, f"{POLICE}/entries", number="19900000001", category="诈骗", action="reject")
    assert "版本已发布" in page.text


async def test_entries_past_their_review_date_are_counted_on_the_page(admin: AsyncClient, store: SqlStore):
    before = (await admin.get(POLICE)).text
    pattern = parse_pattern(SUSPECT, EntryKind.EXACT)
    due = NewEntry(pattern, "诈骗", Action.REJECT, review_at=datetime(2026, 3, 1, tzinfo=UTC))
    add_entry(store, "police", due, by="sun")
    assert ("已到复核日期" in before, "1 条已到复核日期" in (await admin.get(POLICE)).text) == (False, True)


async def test_the_removal_of_one_number_awaits_another_person(admin: AsyncClient):
    await post(admin, f"{POLICE}/entries", number="19900000001", category="诈骗", action="reject")
    page = await post(admin, f"{POLICE}/entries/removal", number="19900000001")
    assert "待发布：版本 2" in page.text


async def test_what_is_no_number_stays_in_the_form_to_be_mended(admin: AsyncClient):
    page = await post(admin, f"{POLICE}/entries", number="199x", category="诈骗", action="reject")
    assert (page.status_code, 'value="199x"' in page.text, "号码写法不正确" in page.text) == (422, True, True)


async def test_an_order_without_the_form_token_is_refused(admin: AsyncClient):
    answer = await admin.post(f"{POLICE}/entries", data={"number": "19900000001", "category": "诈骗"})
    assert answer.status_code == 403


async def test_an_upload_without_the_form_token_is_refused(admin: AsyncClient):
    answer = await admin.post(f"{POLICE}/imports", files={"file": ("a.csv", b"pattern")})
    assert answer.status_code == 403


async def test_operators_see_a_list_without_its_forms(operator_browser: AsyncClient):
    assert "导入文件" not in (await operator_browser.get(POLICE)).text


async def test_operators_release_nothing(admin: AsyncClient, operator_browser: AsyncClient):
    n = await prepare(admin, suspects(1))
    answer = await post(operator_browser, f"{POLICE}/versions/{n}/release")
    assert answer.status_code == 403


async def test_words_from_a_file_are_never_markup(admin: AsyncClient):
    line = "19900000001,exact,<script>alert(1)</script>,reject,,<img src=x>,,,,<b>"
    page = await upload(admin, csv_of(line), "<script>.csv")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert not re.search(r"<(script|img|b)[ >]", page.text)


async def test_a_lookup_marks_the_rule_that_decides(admin: AsyncClient):
    await post(admin, f"{POLICE}/entries", number="19900000001", category="诈骗", action="reject")
    page = (await post(admin, "/console/lists/lookup", number="199 0000 0001")).text
    row = re.search(r'<tr class="decides">.*?</tr>', page, re.DOTALL)
    assert row, "no rule is marked"
    assert "公安名单" in row[0]
    assert SUSPECT in page


async def test_a_lookup_for_an_unknown_resident_is_told_beside_the_form(operator_browser: AsyncClient):
    page = await post(operator_browser, "/console/lists/lookup", number=SUSPECT, to="nobody")
    assert (page.status_code, "没有登记过" in page.text) == (404, True)


async def test_a_looked_up_number_is_never_markup(operator_browser: AsyncClient):
    page = await post(operator_browser, "/console/lists/lookup", number='"><script>')
    assert "<script" not in page.text


async def test_the_list_of_calls_masks_numbers(operator_browser: AsyncClient, node: AsyncClient):
    await report(node, SuspectCall().started())
    page = (await operator_browser.get("/console/calls")).text
    assert CALLER not in page
    assert "陈秀英" in page


async def test_a_call_shows_its_stored_verdict(operator_browser: AsyncClient, node: AsyncClient):
    await report(node, SuspectCall().started())
    page = (await operator_browser.get("/console/calls/call-1")).text
    assert "<dt>处置</dt><dd><strong>监测</strong></dd>" in page


def judged(call: SuspectCall) -> CallStarted:
    """A call that a list's entry decided on; its category came from a file."""
    steps = (
        RuleStep(rule="protected", matched=False),
        RuleStep(
            rule="police",
            matched=True,
            entry="4711",
            list="police",
            version=3,
            action=Action.MONITOR,
            reason="<b>诈骗</b>",
        ),
    )
    verdict = Verdict(action=Action.MONITOR, number_risk=1.0, rules=steps, list_version="3")
    return call.started().model_copy(update={"verdict": verdict})


async def test_a_call_shows_the_explanation_stored_with_it(operator_browser: AsyncClient, node: AsyncClient):
    await report(node, judged(SuspectCall()))
    page = (await operator_browser.get("/console/calls/call-1")).text
    row = re.search(r'<tr class="decides">.*?</tr>', page, re.DOTALL)
    assert row, "no rule is marked"
    assert "第 3 版，条目 4711" in row[0]
    assert "&lt;b&gt;诈骗&lt;/b&gt;" in row[0]


async def test_a_case_shows_by_which_rules_the_caller_was_judged(
    operator_browser: AsyncClient, node: AsyncClient
):
    call = SuspectCall()
    await report(node, judged(call), call.alert())
    cases = (await operator_browser.get("/console/cases")).text
    found = re.search(r'href="(/console/cases/[^"]+)"', cases)
    assert found, "the list names no case"
    assert "第 3 版，条目 4711" in (await operator_browser.get(found[1])).text


async def test_a_call_that_does_not_exist_is_a_page_too(operator_browser: AsyncClient):
    answer = await operator_browser.get("/console/calls/nowhere")
    assert (answer.status_code, "找不到页面" in answer.text) == (404, True)
