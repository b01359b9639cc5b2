"""The node's requests: what they carry, and what becomes of an answer that is none."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from contracts.errors import ConfigurationError
from contracts.node_api import EventBatch, PollReply, PollRequest
from telephony.controller.api_client import ApiAwayError, ApiClient, ApiRefusedError
from tests.fixtures.node_api import PlayedApi, client_of
from tests.fixtures.node_snapshot import overlay

pytestmark = pytest.mark.unit

BATCH = EventBatch(node="node1")
POLL = PollRequest(node="node1", free_slots=2)


@pytest.fixture
async def api():
    return PlayedApi()


@pytest.fixture
async def client(api, tmp_path):
    opened = client_of(api, tmp_path)
    yield opened
    await opened.close()


async def test_every_request_bears_the_nodes_token(api, client):
    await client.send(BATCH)
    assert api.requests[0].headers["Authorization"] == "Bearer node-token-for-tests"


async def test_a_snapshot_is_read(api, client):
    received, body = await client.snapshot(None)
    assert (received.version, body) == ("1", api.snapshot.model_dump_json().encode())


async def test_a_known_snapshot_is_not_sent_again(client):
    assert await client.snapshot("1") is None


async def test_another_snapshot_than_the_known_one_is_sent(client):
    received, _ = await client.snapshot("0")
    assert received.version == "1"


async def test_an_overlay_is_read(client):
    received = await client.overlay(None)
    assert (received.version, tuple(received.added)) == ("1", overlay("1").added)


async def test_a_known_overlay_is_not_sent_again(client):
    assert await client.overlay(await client.overlay(None)) is None


@pytest.mark.parametrize("text", ["", "null", "<html>", '{"version": "1"}'])
async def test_an_overlay_that_cannot_be_read_is_refused(api, client, text):
    api.fault = lambda _: httpx.Response(200, text=text)
    with pytest.raises(ApiRefusedError, match="not an Overlay"):
        await client.overlay(None)


async def test_a_poll_returns_its_reply(api, client):
    reply = PollReply(snapshot_version="1", overlay_version="1")
    api.fault = lambda _: httpx.Response(200, text=reply.model_dump_json())
    assert await client.poll(POLL) == reply


@pytest.mark.parametrize("status", [0, 301, 408, 429, 500, 502, 503])
async def test_an_api_that_cannot_answer_is_away(api, client, status):
    api.fail(status)
    with pytest.raises(ApiAwayError, match="POST /node/events"):
        await client.send(BATCH)


@pytest.mark.parametrize("status", [400, 401, 404, 409, 413, 422])
async def test_an_api_that_says_no_refuses(api, client, status):
    api.fail(status)
    with pytest.raises(ApiRefusedError) as raised:
        await client.send(BATCH)
    assert raised.value.status == status


async def test_a_timeout_counts_as_away(api, client):
    def late(request):
        raise httpx.ReadTimeout("late", request=request)

    api.fault = late
    with pytest.raises(ApiAwayError, match="ReadTimeout"):
        await client.poll(POLL)


class Stalled(httpx.AsyncByteStream):
    """A body that begins to come and never ends."""

    async def __aiter__(self):
        yield b"{"
        await asyncio.Event().wait()


async def test_an_answer_that_never_ends_counts_as_away(api, client, monkeypatch):
    monkeypatch.setattr("telephony.controller.api_client.TRICKLE", 0.001)
    api.fault = lambda _: httpx.Response(200, stream=Stalled())
    with pytest.raises(ApiAwayError, match="not whole after"):
        await client.snapshot(None)


async def test_a_list_file_whose_transfer_does_not_begin_counts_as_away(client, monkeypatch):
    async def never(_):
        await asyncio.Event().wait()

    monkeypatch.setattr("telephony.controller.api_client.TRICKLE", 0.001)
    client._client._transport = httpx.MockTransport(never)
    with pytest.raises(ApiAwayError, match="not whole after"):
        async with client.list_file("0" * 64, 0):
            pass


@pytest.mark.parametrize("text", ["", "null", "<html>", '{"version": "1"}'])
async def test_a_snapshot_that_cannot_be_read_is_refused(api, client, text):
    api.fault = lambda _: httpx.Response(200, text=text)
    with pytest.raises(ApiRefusedError, match="not a Snapshot"):
        await client.snapshot(None)


def test_a_node_without_a_token_file_is_told_what_to_do():
    with pytest.raises(ConfigurationError, match="no token_file; write its token to a file"):
        ApiClient("http://api.test", None)


def test_a_token_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"token_file .*absent cannot be read"):
        ApiClient("http://api.test", tmp_path / "absent")
