"""The pages of the phrasebook as a browser without JavaScript gets them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from api.recording_trial import ONE_AT_A_TIME
from screening.phrasebook_yaml import LARGEST_BYTES
from store.phrasebooks import find_phrasebook, phrasebook_in_force, phrasebook_text
from store.unit_of_work import SqlStore
from tests.fixtures.browsing import browsing, csrf_of, post
from tests.fixtures.control_plane import SETTINGS, running
from tests.fixtures.phrasebooks import BROKEN, HEAVIER, LONGER, ORIGINAL, WORDED
from tests.fixtures.sound_files import excerpt, silence
from tests.fixtures.speech_servers import speech_server

pytestmark = pytest.mark.integration

PAGE = "/console/phrases"
NOBODY = "ws://127.0.0.1:9"
"""Port 9 (discard) is closed on every machine these tests run on."""
EDITED = {
    "name": "police.hook.case",
    "id": "police.hook.case",
    "version": "0",
    "in_force": "0",
    "wordings": "涉嫌洗钱\r\n\r\n 洗黑钱 ",
    "type": "police",
    "stage": "hook",
    "speaker": "any",
    "weight": "2",
    "why": "新案情",
}


@pytest.fixture
async def app(store: SqlStore, tmp_path: Path) -> AsyncIterator[FastAPI]:
    file = tmp_path / "phrases.yaml"
    file.write_text(LONGER, encoding="utf-8")
    settings = SETTINGS.model_copy(update={"phrasebook": file, "speech_url": NOBODY})
    async with running(store, settings) as application:
        yield application


@pytest.fixture
async def admin(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with browsing(app, "admin") as browser:
        yield browser


@pytest.fixture
async def lead(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with browsing(app, "lead") as browser:
        yield browser


@pytest.fixture
async def auditor(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with browsing(app, "auditor") as browser:
        yield browser


async def send_text(browser: AsyncClient, text: str = "", file: bytes | None = None) -> Response:
    token = csrf_of(await browser.get("/console/lists"))
    fields = {"csrf": token, "text": text, "in_force": "0", "version": "0", "note": "改"}
    files = {"file": ("", b"") if file is None else ("phrases.yaml", file)}
    return await browser.post(f"{PAGE}/text", data=fields, files=files, follow_redirects=True)


async def attempt(browser: AsyncClient, text: str = "", file: bytes | None = None, **fields: str) -> Response:
    token = csrf_of(await browser.get("/console/lists"))
    asked = {"csrf": token, "text": text, "version": "0", "speaker": "caller"} | fields
    files = {"file": ("", b"") if file is None else ("call.wav", file)}
    return await browser.post(f"{PAGE}/trial", data=asked, files=files)


def text_of(store: SqlStore, n: int) -> str:
    with store.reading() as connection:
        return phrasebook_text(connection, n, LONGER)


def in_force(store: SqlStore) -> int:
    with store.reading() as connection:
        return phrasebook_in_force(connection, LONGER).version


async def test_the_phrases_in_force_are_shown(admin: AsyncClient) -> None:
    page = await admin.get(PAGE)
    assert "police.hook.case" in page.text
    assert "买成金条" in page.text


@pytest.mark.parametrize("search", ["q=金条", "q=ASK.gold", "type=any", "stage=ask"])
async def test_a_search_shows_what_fits_alone(admin: AsyncClient, search: str) -> None:
    page = await admin.get(f"{PAGE}?{search}")
    assert re.findall(r'<strong class="words">(.*?)</strong>', page.text) == ["any.ask.gold"]


@pytest.mark.parametrize(("search", "found"), [("贩毒", ["police.hook.case"]), ("绑架", [])])
async def test_a_search_finds_the_words_of_the_classes_that_a_wording_names(
    admin: AsyncClient, search: str, found: list[str]
) -> None:
    await send_text(admin, WORDED)
    page = await admin.get(f"{PAGE}?version=1&q={search}")
    assert re.findall(r'<strong class="words">(.*?)</strong>', page.text) == found


async def test_a_wording_shows_which_words_its_classes_stand_for(admin: AsyncClient) -> None:
    await send_text(admin, WORDED)
    page = await admin.get(f"{PAGE}?version=1")
    assert '<span>涉嫌<abbr title="洗钱、贩毒">{crime}</abbr></span>' in page.text


@pytest.mark.parametrize("path", ["", "/edit"])
async def test_the_list_and_the_form_show_all_word_classes(admin: AsyncClient, path: str) -> None:
    await send_text(admin, WORDED)
    page = await admin.get(f"{PAGE}{path}?version=1")
    assert '<dt>{crime}</dt><dd class="words">洗钱、贩毒</dd>' in page.text


async def test_a_search_without_result_says_so(admin: AsyncClient) -> None:
    assert "没有符合的话术" in (await admin.get(f"{PAGE}?q=没有这样的话")).text


async def test_many_phrases_are_turned_page_by_page(admin: AsyncClient) -> None:
    rows = "".join(f"- {{id: p{n}, wordings: [说法{n}号], stage: ask, weight: 1}}\n" for n in range(70))
    await send_text(admin, 'version: "many"\nphrases:\n' + rows)
    page = await admin.get(f"{PAGE}?version=1&stage=ask")
    following = re.search(r'href="([^"]+)">下一页', page.text)
    assert following, "there is no way to the next page"
    shown = (await admin.get(unescape(following[1]))).text
    assert re.findall(r'<strong class="words">(.*?)</strong>', shown) == [f"p{n}" for n in range(60, 70)]


async def test_one_phrase_is_edited_in_a_form_and_the_others_stay(
    admin: AsyncClient, store: SqlStore
) -> None:
    page = await post(admin, f"{PAGE}/edit", **EDITED)
    assert "已生成待发布版本" in page.text
    assert text_of(store, 1) == LONGER.replace(
        "wordings: [涉嫌洗钱], type: police, stage: hook, weight: 1.5",
        "wordings: [涉嫌洗钱, 洗黑钱], type: police, stage: hook, speaker: any, weight: 2",
    )


async def test_a_phrase_is_added_in_a_form(admin: AsyncClient, store: SqlStore) -> None:
    await post(admin, f"{PAGE}/edit", **EDITED | {"name": "", "id": "police.new", "wordings": "通缉令"})
    assert text_of(store, 1).startswith(LONGER.rstrip())
    assert "\n- id: police.new\n  wordings: [通缉令]\n" in text_of(store, 1)


async def test_the_form_holds_the_phrase_as_it_is(admin: AsyncClient) -> None:
    page = await admin.get(f"{PAGE}/edit?name=police.hook.case")
    assert '<option value="police" selected>' in page.text
    assert "\n涉嫌洗钱</textarea>" in page.text


async def test_a_fault_is_told_in_chinese_beside_the_form_with_all_that_was_typed(admin: AsyncClient) -> None:
    page = await post(admin, f"{PAGE}/edit", **EDITED | {"weight": "9", "why": "理由"})
    assert page.status_code == 422
    assert "权重须是大于 0、不超过 5 的数字" in page.text
    assert 'value="理由"' in page.text


async def test_a_phrase_that_is_no_more_there_is_told(admin: AsyncClient) -> None:
    page = await post(admin, f"{PAGE}/edit", **EDITED | {"name": "gone"})
    assert (page.status_code, "这个版本里没有这条话术" in page.text) == (404, True)


async def test_a_whole_text_is_prepared_with_the_line_ends_of_its_file(
    admin: AsyncClient, store: SqlStore
) -> None:
    await send_text(admin, HEAVIER.replace("\n", "\r\n"))
    assert text_of(store, 1) == HEAVIER


async def test_a_file_goes_before_the_text(admin: AsyncClient, store: SqlStore) -> None:
    await send_text(admin, ORIGINAL, HEAVIER.encode("utf-8-sig"))
    assert text_of(store, 1) == HEAVIER


async def test_all_faults_of_a_text_are_told_by_line_and_the_text_stays(admin: AsyncClient) -> None:
    page = await send_text(admin, BROKEN)
    assert page.status_code == 422
    assert page.text.count("第 3 行") == 2
    assert BROKEN in unescape(page.text)


async def test_a_file_that_is_no_text_is_refused_in_chinese(admin: AsyncClient) -> None:
    page = await send_text(admin, file=b"\xff\xfe\x00")
    assert (page.status_code, "文件不是 UTF-8 编码" in page.text) == (422, True)


async def test_a_file_cut_inside_a_character_by_its_limit_is_told_to_be_too_large(admin: AsyncClient) -> None:
    page = await send_text(admin, file="话".encode() * (LARGEST_BYTES // 3 + 1))
    assert (page.status_code, "内容过多" in page.text) == (422, True)


async def test_the_text_in_force_cannot_be_prepared_again(admin: AsyncClient) -> None:
    page = await send_text(admin, LONGER)
    assert (page.status_code, "与生效的话术库完全相同" in page.text) == (409, True)


async def test_what_a_version_changes_is_shown(admin: AsyncClient) -> None:
    page = (await post(admin, f"{PAGE}/edit", **EDITED)).text
    assert "权重：<del>1.5</del> → <ins>2</ins>" in page
    assert "<ins>洗黑钱</ins>" in page


async def test_how_many_pieces_of_diction_a_version_changes_is_shown(admin: AsyncClient) -> None:
    page = (await send_text(admin, WORDED)).text
    assert "<strong>整体措辞</strong> 来电方：新增 3 个，变更 0 个，删除 0 个" in page


async def test_whoever_prepared_a_version_cannot_release_it(admin: AsyncClient, store: SqlStore) -> None:
    await post(admin, f"{PAGE}/edit", **EDITED)
    page = await post(admin, f"{PAGE}/versions/1/release")
    assert (page.status_code, "须由准备人以外的另一人发布" in page.text) == (409, True)
    assert in_force(store) == 0


async def test_another_person_releases_it(admin: AsyncClient, lead: AsyncClient, store: SqlStore) -> None:
    await post(admin, f"{PAGE}/edit", **EDITED)
    assert "版本已发布" in (await post(lead, f"{PAGE}/versions/1/release")).text
    assert in_force(store) == 1


async def test_an_edit_of_what_is_no_longer_in_force_is_refused(
    admin: AsyncClient, lead: AsyncClient
) -> None:
    await post(admin, f"{PAGE}/edit", **EDITED)
    await post(lead, f"{PAGE}/versions/1/release")
    page = await post(admin, f"{PAGE}/edit", **EDITED | {"weight": "3"})
    assert (page.status_code, "已有别的版本生效" in page.text) == (409, True)


async def test_a_draft_can_be_edited_on(admin: AsyncClient, store: SqlStore) -> None:
    await post(admin, f"{PAGE}/edit", **EDITED)
    await post(
        admin, f"{PAGE}/edit", **EDITED | {"name": "", "id": "two", "wordings": "通缉令", "version": "1"}
    )
    with store.reading() as connection:
        version = find_phrasebook(connection, 2)
    assert (version.added, version.changed) == (1, 1)


async def test_a_version_is_discarded(admin: AsyncClient) -> None:
    await post(admin, f"{PAGE}/edit", **EDITED)
    page = await post(admin, f"{PAGE}/versions/1/discard")
    assert "版本已放弃" in page.text
    assert "待发布：" not in page.text


async def test_a_release_is_rolled_back(admin: AsyncClient, lead: AsyncClient, store: SqlStore) -> None:
    await post(admin, f"{PAGE}/edit", **EDITED)
    await post(lead, f"{PAGE}/versions/1/release")
    assert "恢复版本 0 的内容" in (await post(admin, f"{PAGE}/versions/0/rollback")).text
    await post(lead, f"{PAGE}/versions/2/release")
    assert text_of(store, in_force(store)) == LONGER


async def test_a_text_is_tried_with_its_matches_marked(admin: AsyncClient) -> None:
    page = await attempt(admin, "您涉嫌洗钱")
    assert re.search(r"您<mark title=\"涉嫌洗钱\">涉嫌洗钱</mark>", page.text)
    assert "police.hook.case，冒充公检法" in page.text


async def test_a_tried_text_shows_the_pieces_that_made_most_of_its_diction(admin: AsyncClient) -> None:
    await send_text(admin, WORDED)
    assert "主要是 先垫、垫" in (await attempt(admin, "您涉嫌洗钱先垫上", version="1")).text


async def test_a_tried_text_shows_what_does_not_count_and_why(admin: AsyncClient) -> None:
    assert "属于转述" in (await attempt(admin, "骗子会说您涉嫌洗钱")).text


async def test_a_draft_is_tried_before_its_release(admin: AsyncClient) -> None:
    await post(admin, f"{PAGE}/edit", **EDITED)
    assert "洗黑钱</mark>" in (await attempt(admin, "您在洗黑钱", version="1")).text


async def test_what_is_tried_cannot_become_markup(admin: AsyncClient) -> None:
    page = (await attempt(admin, "<script>涉嫌洗钱</script>")).text
    assert "<script" not in page


@pytest.mark.parametrize(
    ("text", "file", "status", "words"),
    [
        ("", None, 422, "请填写文字或选择录音"),
        ("话" * 4001, None, 422, "文字超过 4000 字"),
        ("", b"no wav", 422, "录音须为 8000 Hz 的 WAV 文件"),
    ],
)
async def test_what_cannot_be_tried_is_told_in_chinese(
    admin: AsyncClient, text: str, file: bytes | None, status: int, words: str
) -> None:
    page = await attempt(admin, text, file)
    assert (page.status_code, words in page.text) == (status, True)


async def test_a_recording_without_a_reachable_speech_server_is_told(
    admin: AsyncClient, tmp_path: Path
) -> None:
    page = await attempt(admin, file=silence(1, tmp_path).read_bytes())
    assert (page.status_code, "无法连接语音识别服务" in page.text) == (503, True)


async def test_what_is_heard_in_a_recording_is_tried(
    store: SqlStore, vosk_model: Path, tmp_path: Path
) -> None:
    recording = excerpt("fraud_police", "caller", 30, tmp_path).read_bytes()
    async with speech_server(vosk_model) as url:
        settings = SETTINGS.model_copy(update={"speech_url": url})
        async with running(store, settings) as app, browsing(app, "admin") as browser:
            page = await attempt(browser, file=recording)
    assert page.status_code == 200
    assert re.search(r"<mark title=.*冒充公检法", page.text, re.DOTALL)


async def test_recordings_are_tried_one_at_a_time(admin: AsyncClient, tmp_path: Path) -> None:
    recording = silence(1, tmp_path).read_bytes()
    async with ONE_AT_A_TIME:
        page = await attempt(admin, file=recording)
    assert (page.status_code, "正在识别另一段录音" in page.text) == (409, True)


async def test_a_long_recording_is_refused_before_anybody_hears_it(
    admin: AsyncClient, tmp_path: Path
) -> None:
    page = await attempt(admin, file=silence(241, tmp_path).read_bytes())
    assert (page.status_code, "录音太长" in page.text) == (422, True)


async def test_without_a_speech_server_recordings_are_refused_by_name(
    store: SqlStore, tmp_path: Path
) -> None:
    async with running(store, SETTINGS) as app, browsing(app, "admin") as browser:
        assert "没有配置语音识别服务" in (await browser.get(f"{PAGE}/trial")).text
        page = await attempt(browser, file=silence(1, tmp_path).read_bytes())
    assert (page.status_code, "请工程师设置 api.speech_url" in page.text) == (503, True)


async def test_an_auditor_reads_and_is_offered_no_change(auditor: AsyncClient) -> None:
    for address in (PAGE, f"{PAGE}/versions", f"{PAGE}/trial"):
        page = await auditor.get(address)
        assert (page.status_code, "/console/phrases/edit" in page.text) == (200, False)


@pytest.mark.parametrize(
    "path", ["edit", "text", "versions/1/release", "versions/1/discard", "versions/0/rollback"]
)
async def test_an_auditor_changes_nothing(auditor: AsyncClient, path: str) -> None:
    assert (await post(auditor, f"{PAGE}/{path}", **EDITED)).status_code == 403


@pytest.mark.parametrize("path", ["edit", "text", "trial", "versions/1/release"])
async def test_a_form_without_its_token_is_refused(admin: AsyncClient, path: str) -> None:
    fields = {"csrf": "0" * 64, "text": "话", "speaker": "caller"}
    assert (await admin.post(f"{PAGE}/{path}", data=fields)).status_code == 403


@pytest.mark.parametrize("path", ["?version=9", "/edit?name=gone", "/text?version=9", "/trial?version=9"])
async def test_what_does_not_exist_is_not_found(admin: AsyncClient, path: str) -> None:
    assert (await admin.get(f"{PAGE}{path}")).status_code == 404
