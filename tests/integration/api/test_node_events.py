"""What a batch of events wakes, shows and costs."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import event

from api.app import create_app
from api.context import Context
from contracts.node_api import NodeEvent
from contracts.taxonomy import RiskLevel
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import SETTINGS, node_client, report
from tests.fixtures.suspect_call import SuspectCall

pytestmark = pytest.mark.integration


@pytest.fixture
def app(store: SqlStore) -> FastAPI:
    """Not started, so that nothing but the events themselves rings."""
    return create_app(store, SETTINGS)


def context_of(app: FastAPI) -> Context:
    context: Context = app.state.context
    return context


async def test_calls_without_alert_wake_no_poll(app: FastAPI, node: AsyncClient):
    call = SuspectCall()
    await report(node, call.started(), call.ended())
    assert context_of(app).work.rings == 0


async def test_an_alert_whose_call_goes_on_wakes_no_poll(app: FastAPI, node: AsyncClient):
    await report(node, *SuspectCall().alerted(RiskLevel.MEDIUM))
    assert context_of(app).work.rings == 0


async def test_a_planned_attempt_wakes_the_polls(app: FastAPI, node: AsyncClient):
    call = SuspectCall()
    await report(node, *call.alerted(), call.ended())
    assert context_of(app).work.rings == 1


async def test_an_attempt_that_waited_for_another_call_wakes_the_polls(app: FastAPI, node: AsyncClient):
    first, second = SuspectCall(), SuspectCall(call_id="call-2")
    await report(node, *first.alerted(), first.ended(), *second.alerted())
    heard = context_of(app).work.rings
    await report(node, second.ended())
    assert context_of(app).work.rings == heard + 1


async def test_new_facts_are_told_to_the_live_feed(app: FastAPI, node: AsyncClient):
    await report(node, SuspectCall().started())
    assert context_of(app).feed.facts == 1


async def test_an_alert_that_was_not_stored_shows_no_line(app: FastAPI, node: AsyncClient):
    gone = SuspectCall(resident_id="withdrawn")
    await report(node, *gone.alerted(), live=(gone.live("你好"),))
    assert context_of(app).feed.withheld == 1


async def test_an_alert_told_again_shows_its_lines(node: AsyncClient, store: SqlStore):
    call = SuspectCall()
    events = call.alerted()
    await report(node, *events)
    restarted = create_app(store, SETTINGS)
    async with node_client(restarted) as again:
        await report(again, *events, live=(call.live("你好"),))
    assert context_of(restarted).feed.withheld == 0


async def commits_of(store: SqlStore, node: AsyncClient, *events: NodeEvent) -> int:
    commits: list[object] = []
    event.listen(store.engine, "commit", commits.append)
    answer = await report(node, *events)
    assert answer.json() == {"accepted": len(events), "repeated": 0}
    return len(commits)


async def test_calls_without_alert_share_one_transaction(store: SqlStore, node: AsyncClient):
    calls = [SuspectCall(call_id=f"call-{n}") for n in range(5)]
    events = [each for call in calls for each in (call.started(), call.ended())]
    assert await commits_of(store, node, *events) == 1


async def test_what_concerns_an_alert_is_a_transaction_of_its_own(store: SqlStore, node: AsyncClient):
    call, other = SuspectCall(), SuspectCall(call_id="call-2")
    events = (call.started(), other.started(), call.alert(), other.ended(), call.ended())
    assert await commits_of(store, node, *events) == 4


async def test_one_event_that_fails_takes_none_of_its_neighbours_with_it(
    node: AsyncClient, operator: AsyncClient
):
    good, bad = SuspectCall(), SuspectCall(call_id="call-bad")
    broken = bad.ended().model_copy(update={"sip_code": 10**30})
    answer = await report(node, good.started(), bad.started(), broken)
    calls = (await operator.get("/calls")).json()["items"]
    assert answer.json()["code"] == "input.bad"
    assert {item["id"] for item in calls} == {"call-1", "call-bad"}


async def test_an_alert_keeps_the_version_of_the_phrasebook_it_was_judged_by(
    node: AsyncClient, operator: AsyncClient
):
    call = SuspectCall()
    alert = call.alert(RiskLevel.MEDIUM).model_copy(update={"phrasebook_version": 7})
    await report(node, call.started(), alert)
    record = (await operator.get(f"/calls/{call.call_id}")).json()
    assert record["alerts"][0]["alert"]["phrasebook_version"] == 7
