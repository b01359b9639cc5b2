"""Reports over HTTP: who may say what, and what comes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import select

from api.app import create_app
from api.identity import SESSION_COOKIE
from blacklists.reputation import ReportSource
from store.report_schema import number_reports
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import SETTINGS, logged_in, node_client
from tests.fixtures.served_lists import laid_once
from tests.fixtures.told_calls import CALLER, a_call

pytestmark = pytest.mark.integration

RESIDENT = "13800000001"


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with node_client(app, token="") as client:
        yield client


async def reported(client: AsyncClient, **fields: object) -> Response:
    words = {"number": "199 0000 0001", "category": "police", "reporter": RESIDENT}
    return await client.post("/reports", json=words | fields)


def sources(store: SqlStore) -> list[tuple[ReportSource, bool]]:
    with store.reading() as connection:
        query = select(number_reports.c.source, number_reports.c.verified)
        return [(row.source, row.verified) for row in connection.execute(query)]


async def test_anybody_may_report(stranger: AsyncClient, store: SqlStore):
    answer = await reported(stranger, reporter="13800009999")
    assert (answer.status_code, sources(store)) == (202, [(ReportSource.PUBLIC, False)])


async def test_a_stranger_who_types_a_residents_number_is_only_heard(stranger: AsyncClient, store: SqlStore):
    a_call(store, "r1")
    await reported(stranger)
    assert sources(store) == [(ReportSource.PUBLIC, False)]


async def test_a_resident_who_was_called_and_tells_staff_is_believed(operator: AsyncClient, store: SqlStore):
    a_call(store, "r1")
    await reported(operator)
    assert sources(store) == [(ReportSource.RESIDENT, True)]


async def test_the_answer_does_not_tell_who_is_enrolled(stranger: AsyncClient, store: SqlStore):
    a_call(store, "r1")
    answers = [await reported(stranger), await reported(stranger, reporter="13800009999")]
    assert [set(answer.json()) for answer in answers] == [{"id"}, {"id"}]


async def test_an_operators_report_is_believed_without_a_reporter(operator: AsyncClient, store: SqlStore):
    await reported(operator, reporter="")
    assert sources(store) == [(ReportSource.OPERATOR, True)]


async def test_staff_pass_on_what_other_services_report(operator: AsyncClient, store: SqlStore):
    await reported(operator, reporter="", upstream=True)
    assert sources(store) == [(ReportSource.UPSTREAM, True)]


async def test_strangers_pass_nothing_on(stranger: AsyncClient, store: SqlStore):
    answer = await reported(stranger, upstream=True)
    assert (answer.status_code, sources(store)) == (403, [])


async def test_an_auditor_reports_nothing(app: FastAPI, store: SqlStore):
    async with logged_in(app, "auditor") as auditor:
        assert (await reported(auditor)).status_code == 403
    assert sources(store) == []


async def test_a_token_that_is_no_login_is_not_taken_for_a_stranger(app: FastAPI):
    async with node_client(app, token="wrong") as client:
        assert (await reported(client)).status_code == 401


async def test_a_browser_whose_login_has_ended_is_a_stranger(app: FastAPI, store: SqlStore):
    async with node_client(app, token="") as browser:
        browser.cookies.set(SESSION_COOKIE, "ended")
        answer = await reported(browser)
    assert (answer.status_code, sources(store)) == (202, [(ReportSource.PUBLIC, False)])


async def test_a_network_of_ipv6_is_bounded_as_one_address(store: SqlStore):
    app = create_app(store, SETTINGS.model_copy(update={"public_posts": 2}))
    statuses = []
    for host in ("2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"):
        transport = ASGITransport(app, client=(host, 1))
        async with AsyncClient(transport=transport, base_url="http://test") as stranger:
            statuses.append((await reported(stranger)).status_code)
    assert statuses == [202, 202, 429, 202]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("anonymous", "no number was shown"),
        ("12", "too short"),
        ("+86110", "no number"),
        ("1" * 99, "too long"),
    ],
)
async def test_a_number_that_cannot_be_used_is_refused_with_the_reason(
    stranger: AsyncClient, number: str, why: str
):
    answer = await reported(stranger, number=number)
    assert (answer.status_code, answer.json()["code"]) == (422, "number.bad")
    assert why in answer.json()["detail"]


@pytest.mark.parametrize("reporter", ["", "110", "anonymous"])
async def test_a_stranger_reports_with_a_number_of_their_own(stranger: AsyncClient, reporter: str):
    answer = await reported(stranger, reporter=reporter)
    assert (answer.status_code, answer.json()["detail"][:9]) == (422, "reporter:")


@pytest.mark.parametrize(
    "fields",
    [{"category": "annoying"}, {"note": "长" * 501}, {"happened_at": "2026-03-01T12:00:00"}, {"more": 1}],
)
async def test_a_form_that_is_not_the_reports_is_refused(stranger: AsyncClient, fields: dict[str, object]):
    answer = await reported(stranger, **fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "input.invalid")


async def test_a_call_of_tomorrow_is_refused(stranger: AsyncClient):
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    answer = await reported(stranger, happened_at=tomorrow.isoformat())
    assert answer.json()["code"] == "reports.bad_time"


async def test_an_address_is_bounded_and_told_how_long_to_wait(store: SqlStore):
    app = create_app(store, SETTINGS.model_copy(update={"public_posts": 2}))
    async with node_client(app, token="") as stranger:
        answers = [await reported(stranger, reporter=f"1380000{n:04}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].json()["code"] == "reports.too_many"
    assert 3500 < int(answers[2].headers["Retry-After"]) <= 3600


async def test_staff_are_not_bounded(store: SqlStore):
    app = create_app(store, SETTINGS.model_copy(update={"public_posts": 1}))
    async with logged_in(app) as operator:
        answers = [await reported(operator) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 202]


async def test_the_queue_shows_what_was_reported(stranger: AsyncClient, operator: AsyncClient):
    await reported(stranger, note="自称公安")
    queue = (await operator.get("/reports/queue")).json()
    assert queue["waiting"] == 1
    assert queue["items"][0]["counts"] == {"public": {"bad": 1, "good": 0}}


async def test_a_review_is_recorded_with_who_decided(stranger: AsyncClient, operator: AsyncClient):
    await reported(stranger)
    order = {"decision": "publish", "reason": "已回访核实"}
    answer = await operator.post(f"/reports/queue/{CALLER}/decision", json=order)
    assert (answer.status_code, answer.json()["by"]) == (200, "li")


@pytest.mark.parametrize("reason", ["", "   ", "\u3000\n"])
async def test_a_review_without_a_reason_is_refused(
    stranger: AsyncClient, operator: AsyncClient, reason: str
):
    await reported(stranger)
    order = {"decision": "publish", "reason": reason}
    answer = await operator.post(f"/reports/queue/{CALLER}/decision", json=order)
    assert (answer.status_code, answer.json()["code"]) == (422, "input.invalid")


async def test_an_auditor_reviews_nothing(app: FastAPI):
    async with logged_in(app, "auditor") as auditor:
        order = {"decision": "publish", "reason": "已回访核实"}
        assert (await auditor.post(f"/reports/queue/{CALLER}/decision", json=order)).status_code == 403


async def test_a_protected_code_cannot_be_published(stranger: AsyncClient, operator: AsyncClient):
    await reported(stranger, number="96110")
    order = {"decision": "publish", "reason": "冒充"}
    answer = await operator.post("/reports/queue/96110/decision", json=order)
    assert (answer.status_code, answer.json()["code"]) == (409, "reports.protected_number")


async def test_nodes_are_told_of_a_published_number_and_no_more_once_it_is_dismissed(
    node: AsyncClient, operator: AsyncClient
):
    await reported(operator)
    order = {"decision": "publish", "reason": "已回访核实"}
    await operator.post(f"/reports/queue/{CALLER}/decision", json=order)
    published = await laid_once(node, lambda overlay: bool(overlay.standings))
    await operator.post(f"/reports/queue/{CALLER}/decision", json=order | {"decision": "dismiss"})
    dismissed = await laid_once(node, lambda overlay: not overlay.standings)
    assert [(standing.number, standing.reports) for standing in published.standings] == [(CALLER, 2)]
    assert dismissed.version != published.version
