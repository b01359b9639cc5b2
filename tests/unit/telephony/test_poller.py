"""The poller notices what changed, and asks no more often than it must."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from contracts.node_api import PollReply, PollRequest
from telephony.controller.holdings import Keeper
from telephony.controller.poller import Poller
from tests.fixtures.node_api import PlayedApi, client_of
from tests.fixtures.node_snapshot import ENTRIES, overlay, snapshot

pytestmark = pytest.mark.unit


class Idle:
    """Stands where the controller does: a node with nothing to do."""

    def __init__(self) -> None:
        self.shared = 0

    def offer(self) -> PollRequest:
        return PollRequest(node="node1", free_slots=1)

    def take(self, reply: PollReply) -> None:
        pass

    def share_routes(self) -> None:
        self.shared += 1


class PollingApi(PlayedApi):
    """Answers polls at once with the versions it has."""

    def __init__(self) -> None:
        super().__init__()
        self.polls: list[PollRequest] = []
        self.fault = self._poll

    def _poll(self, request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/node/poll":
            return None
        self.polls.append(PollRequest.model_validate_json(request.content))
        reply = PollReply(snapshot_version=self.snapshot.version, overlay_version=self.overlay.version)
        return httpx.Response(200, text=reply.model_dump_json())


@pytest.fixture
async def api():
    return PollingApi()


@pytest.fixture
async def controller():
    return Idle()


@pytest.fixture
async def keeper(api, tmp_path):
    client = client_of(api, tmp_path)
    yield Keeper(client, tmp_path)
    await client.close()


@asynccontextmanager
async def polling(keeper, controller):
    task = asyncio.create_task(Poller(keeper._api, keeper, controller).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 (the keeper tells nobody)
            await asyncio.sleep(0.01)


async def held(keeper, versions):
    await until(lambda: keeper.versions == versions)


async def test_snapshot_and_lists_are_in_force_soon_after_the_start(keeper, controller):
    async with polling(keeper, controller):
        await until(lambda: keeper.current is not None and keeper.current.lists.version == "1")


async def test_workers_get_the_routes_although_the_lists_do_not_come(api, keeper, controller):
    answer = api.fault
    api.fault = lambda r: httpx.Response(503) if "/lists/" in r.url.path else answer(r)
    async with polling(keeper, controller):
        await held(keeper, ("1", "1"))
        await api.until(lambda: bool(api.asked("/node/lists/")))
    assert controller.shared == 1


class Endless(httpx.AsyncByteStream):
    """A list file that begins to come and never ends."""

    async def __aiter__(self):
        yield b"C"
        await asyncio.Event().wait()


async def test_snapshot_and_overlay_do_not_wait_for_a_list_file_that_never_ends(api, keeper, controller):
    answer = api.fault
    api.fault = lambda r: httpx.Response(200, stream=Endless()) if "/lists/" in r.url.path else answer(r)
    async with polling(keeper, controller):
        await api.until(lambda: bool(api.asked("/node/lists/")))
        api.snapshot, api.overlay = snapshot("2"), overlay("2")
        await held(keeper, ("2", "2"))


async def test_an_overlay_does_not_wait_for_a_snapshot(api, keeper, controller):
    answer = api.fault
    api.fault = lambda r: httpx.Response(503) if r.url.path == "/node/snapshot" else answer(r)
    async with polling(keeper, controller):
        await held(keeper, ("", "1"))


async def test_a_changed_overlay_is_fetched(api, keeper, controller):
    async with polling(keeper, controller):
        await held(keeper, ("1", "1"))
        api.overlay = overlay("2", entries=ENTRIES)
        await held(keeper, ("1", "2"))


async def test_a_changed_snapshot_is_fetched(api, keeper, controller):
    async with polling(keeper, controller):
        await held(keeper, ("1", "1"))
        api.snapshot = snapshot("2")
        await held(keeper, ("2", "1"))


async def test_a_poll_says_what_the_last_reply_told(api, keeper, controller):
    async with polling(keeper, controller):
        await api.until(lambda: len(api.polls) > 1)
    assert [(poll.snapshot_version, poll.overlay_version) for poll in api.polls[:2]] == [("", ""), ("1", "1")]


async def test_polls_that_are_answered_at_once_do_not_follow_each_other_at_once(api, keeper, controller):
    async with polling(keeper, controller):
        began = asyncio.get_running_loop().time()
        await api.until(lambda: len(api.polls) > 2)
        assert asyncio.get_running_loop().time() - began > 0.9
