"""The long poll: it wakes when there is work, and loses none."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from statistics import median
from time import monotonic, perf_counter

import pytest
from httpx import AsyncClient, Client

from api.app import create_app
from casework.intake import take
from casework.policy import Policy
from contracts.node_api import AttemptEnded, NodeEvent, PollReply
from contracts.outcome import Outcome
from contracts.ports import RandomIds
from store.engine import open_engine
from store.unit_of_work import SqlStore
from tests.fixtures.control_plane import NODE, NODE_TOKEN, SETTINGS, node_client, report, served
from tests.fixtures.suspect_call import SuspectCall

pytestmark = pytest.mark.integration

POLL = {"node": NODE, "free_slots": 1}


async def poll(node: AsyncClient) -> PollReply:
    answer = await node.post("/node/poll", json=POLL, timeout=20)
    return PollReply.model_validate_json(answer.content)


async def waiting(node: AsyncClient) -> asyncio.Task[PollReply]:
    """A poll that has looked once, found nothing and waits."""
    task = asyncio.create_task(poll(node))
    bell = node._transport.app.state.context.work  # type: ignore[attr-defined]
    async with asyncio.timeout(10):
        while not bell.waiting:  # noqa: ASYNC110 (the bell counts who waits, it does not tell)
            await asyncio.sleep(0)
    return task


def take_elsewhere(store: SqlStore, *events: NodeEvent) -> None:
    """Take events as another process would: over a connection of its own."""
    other = SqlStore(open_engine(str(store.engine.url)))
    try:
        for event in events:
            with other.begin() as uow:
                take(uow, event, NODE, Policy.shipped("default"), RandomIds())
    finally:
        other.engine.dispose()


async def test_the_end_of_the_call_wakes_the_poll_with_the_warning_to_place(node: AsyncClient):
    call = SuspectCall()
    await report(node, *call.alerted())
    task = await waiting(node)
    await report(node, call.ended())
    assert [attempt.number for attempt in (await task).attempts] == ["+8613800000001"]


async def test_the_event_itself_wakes_the_poll_long_before_its_time(store: SqlStore):
    # Not started, so that nothing but the event itself can wake the poll: the outbox is not watched.
    async with node_client(create_app(store, SETTINGS)) as node:
        waits = [await answered_after(node, n, lambda *over: report(node, *over)) for n in range(5)]
    assert median(waits) < SETTINGS.poll_seconds / 5


async def test_another_processs_commit_wakes_the_poll_long_before_its_time(
    node: AsyncClient, store: SqlStore
):
    def elsewhere(*over: NodeEvent) -> Awaitable[object]:
        return asyncio.to_thread(take_elsewhere, store, *over)

    waits = [await answered_after(node, n, elsewhere) for n in range(5)]
    assert median(waits) < SETTINGS.poll_seconds / 5


async def answered_after(node: AsyncClient, n: int, tell: Callable[[NodeEvent], Awaitable[object]]) -> float:
    """Seconds from the receipt of a call's end to the answer of the poll; the warning then succeeds."""
    call = SuspectCall(call_id=f"call-{n}")
    await report(node, *call.alerted())
    task = await waiting(node)
    await tell(call.ended())
    received = perf_counter()
    attempt = (await task).attempts[0]
    seconds = perf_counter() - received
    await report(
        node,
        AttemptEnded(
            id=f"over-{n}",
            at=call.began,
            attempt_id=attempt.attempt_id,
            fence=attempt.fence,
            outcome=Outcome.ACKNOWLEDGED,
        ),
    )
    return seconds


async def test_an_attempt_is_leased_once(node: AsyncClient):
    call = SuspectCall()
    await report(node, *call.alerted(), call.ended())
    await poll(node)
    task = await waiting(node)
    other = SuspectCall(call_id="call-2", resident_id="r2", called="+8613800000002")
    await report(node, *other.alerted(), other.ended())
    assert [attempt.number for attempt in (await task).attempts] == ["+8613800000002"]


async def test_a_node_without_free_slots_is_given_no_warning(node: AsyncClient, operator: AsyncClient):
    call = SuspectCall()
    other = SuspectCall(call_id="call-2", resident_id="r2")
    await report(node, *call.alerted(), other.started(), call.ended())
    await operator.post("/calls/call-2/commands", json={"kind": "whisper"})
    answer = await node.post("/node/poll", json={"node": NODE, "free_slots": 0})
    assert answer.json()["attempts"] == []


async def test_an_operators_order_wakes_the_poll(node: AsyncClient, operator: AsyncClient):
    await report(node, SuspectCall().started())
    task = await waiting(node)
    await operator.post("/calls/call-1/commands", json={"kind": "hang_up_caller"})
    assert [(command.call_id, command.kind) for command in (await task).commands] == [
        ("call-1", "hang_up_caller")
    ]


async def test_an_order_is_delivered_once(node: AsyncClient, operator: AsyncClient, store: SqlStore):
    await report(node, SuspectCall().started())
    await operator.post("/calls/call-1/commands", json={"kind": "whisper"})
    await poll(node)
    with store.begin() as uow:
        assert not uow.commands.deliver(NODE)


async def test_a_call_that_is_over_takes_no_orders(node: AsyncClient, operator: AsyncClient):
    call = SuspectCall()
    await report(node, call.started(), call.ended())
    answer = await operator.post("/calls/call-1/commands", json={"kind": "whisper"})
    assert answer.json()["code"] == "conflict"


async def test_an_unknown_call_takes_no_orders(operator: AsyncClient):
    answer = await operator.post("/calls/nowhere/commands", json={"kind": "whisper"})
    assert answer.json()["code"] == "not_found"


async def test_a_newer_poll_of_the_node_ends_the_older_one_empty(node: AsyncClient):
    older = await waiting(node)
    newer = asyncio.create_task(poll(node))
    reply = await asyncio.wait_for(older, 2)
    newer.cancel()
    assert reply.attempts == ()


def test_a_poll_ends_when_its_node_leaves_and_takes_no_warning_away(store: SqlStore):
    call = SuspectCall()
    with (
        served(store, SETTINGS.model_copy(update={"poll_seconds": 30.0})) as url,
        Client(base_url=url, headers={"Authorization": f"Bearer {NODE_TOKEN}"}) as node,
    ):
        _post_events(node, *call.alerted())
        open_poll = _ask(url)
        _wait_for_open_polls(node, 1)
        open_poll.close()
        _wait_for_open_polls(node, 0)
        _post_events(node, call.ended())
        reply = node.post("/node/poll", json=POLL, timeout=20).json()
    assert [attempt["number"] for attempt in reply["attempts"]] == ["+8613800000001"]


def test_an_empty_poll_is_answered_when_its_time_is_over(store: SqlStore):
    settings = SETTINGS.model_copy(update={"poll_seconds": 0.2})
    with (
        served(store, settings) as url,
        Client(base_url=url, headers={"Authorization": f"Bearer {NODE_TOKEN}"}) as node,
    ):
        assert node.post("/node/poll", json=POLL).json()["attempts"] == []


def test_the_server_ends_although_a_poll_is_open(store: SqlStore):
    with served(store, SETTINGS.model_copy(update={"poll_seconds": 30.0})) as url:
        open_poll = _ask(url)
        with Client(base_url=url) as anybody:
            _wait_for_open_polls(anybody, 1)
        asked = monotonic()
    open_poll.close()
    assert monotonic() - asked < 10


def _post_events(node: Client, *events: NodeEvent) -> None:
    batch = {"node": NODE, "events": [event.model_dump(mode="json") for event in events]}
    node.post("/node/events", json=batch).raise_for_status()


def _ask(url: str) -> socket.socket:
    """Send a poll by hand and leave its connection open."""
    host, port = url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=5)
    body = b'{"node": "node-1", "free_slots": 1}'
    head = (
        f"POST /node/poll HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {NODE_TOKEN}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    return connection


def _wait_for_open_polls(node: Client, count: int) -> None:
    until = monotonic() + 10
    while f"changmao_polls_open {count}.0" not in node.get("/metrics").text:
        assert monotonic() < until, f"there were never {count} open polls within 10 s"
