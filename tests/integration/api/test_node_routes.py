"""What a node asks and reports."""

from __future__ import annotations

import pytest
from httpx import AsyncClient
from sqlalchemy import event

from casework.resident import Resident
from contracts.node_api import EventReceipt, Snapshot
from contracts.phone import NumberKind, PhoneNumber
from store.residents import import_residents
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import report
from tests.fixtures.suspect_call import SuspectCall

pytestmark = pytest.mark.integration


async def test_the_snapshot_names_who_is_enrolled(node: AsyncClient):
    snapshot = Snapshot.model_validate_json((await node.get("/node/snapshot")).content)
    assert {enrolment.number for enrolment in snapshot.enrolments} == {"+8613800000001", "+8613800000002"}


async def test_an_unchanged_snapshot_is_not_sent_again(node: AsyncClient):
    tag = (await node.get("/node/snapshot")).headers["etag"]
    answer = await node.get("/node/snapshot", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


async def test_a_changed_snapshot_is_sent(node: AsyncClient, store: SqlStore):
    tag = (await node.get("/node/snapshot")).headers["etag"]
    number = PhoneNumber("+8613800000003", NumberKind.MOBILE)
    import_residents(store, [Resident("r3", number, "李芳", "王府街道")])
    answer = await node.get("/node/snapshot", headers={"If-None-Match": tag})
    assert len(Snapshot.model_validate_json(answer.content).enrolments) == 3


async def test_an_unchanged_snapshot_is_read_from_the_database_once(node: AsyncClient, store: SqlStore):
    read: list[str] = []
    event.listen(
        store.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_more: read.append(statement)
    )
    for _ in range(3):
        await node.get("/node/snapshot")
    assert sum("FROM residents" in statement for statement in read) == 1


async def test_the_polls_version_is_the_snapshots(node: AsyncClient):
    snapshot = (await node.get("/node/snapshot")).json()
    call = SuspectCall()
    await report(node, *call.alerted(), call.ended())
    poll = await node.post("/node/poll", json={"node": "node-1", "free_slots": 1})
    assert poll.json()["snapshot_version"] == snapshot["version"]


async def test_new_events_are_accepted(node: AsyncClient):
    answer = await report(node, *SuspectCall().alerted())
    assert EventReceipt.model_validate_json(answer.content) == EventReceipt(accepted=2, repeated=0)


async def test_a_repeated_batch_changes_nothing(node: AsyncClient, operator: AsyncClient):
    batch = SuspectCall().alerted()
    await report(node, *batch)
    before = (await operator.get("/calls/call-1")).json()
    receipt = (await report(node, *batch)).json()
    assert (receipt, (await operator.get("/calls/call-1")).json()) == (
        {"accepted": 0, "repeated": 2},
        before,
    )


async def test_an_alert_opens_a_case(node: AsyncClient, operator: AsyncClient):
    await report(node, *SuspectCall().alerted())
    cases = (await operator.get("/cases")).json()["items"]
    assert [(case["scam_type"], case["level"], case["resident_name"]) for case in cases] == [
        ("police", "medium", "陈秀英")
    ]


async def test_a_broken_event_is_refused_by_name(node: AsyncClient):
    broken = {"node": "node-1", "events": [{"type": "call_ended", "id": "e1"}]}
    answer = await node.post("/node/events", json=broken)
    assert answer.json()["code"] == "input.invalid"


async def test_taken_events_are_counted_by_type(node: AsyncClient):
    await report(node, *SuspectCall().alerted())
    text = (await node.get("/metrics")).text
    assert 'changmao_node_facts_total{result="accepted",type="alert_raised"} 1.0' in text


async def test_a_nodes_own_counters_are_shown(node: AsyncClient):
    call = SuspectCall()
    await report(node, *call.alerted(), call.ended())
    await node.post("/node/poll", json={"node": "node-1", "free_slots": 3, "counters": {"refused_source": 7}})
    text = (await node.get("/metrics")).text
    assert 'changmao_node_events_total{counter="refused_source",node="node-1"} 7.0' in text
