"""Asks the api for work, again and again, and notices when snapshot or overlay have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from contracts.errors import ChangmaoError
from contracts.node_api import PollReply
from telephony.controller.api_client import ApiClient
from telephony.controller.controller import Controller
from telephony.controller.holdings import Keeper

FIRST_RETRY_S = 0.2
LAST_RETRY_S = 5.0
PACE_S = 0.5
"""A poll without work is not followed by the next sooner than this after it was sent, s."""
_log = structlog.get_logger(__name__)


class Poller:
    """One poll at a time; a poll that offered no free slot is cut short when one becomes free."""

    def __init__(self, api: ApiClient, keeper: Keeper, controller: Controller) -> None:
        self._api = api
        self._keeper = keeper
        self._controller = controller
        self._left: set[asyncio.Future[PollReply]] = set()
        self._told = ("", "")
        """Versions of the last reply."""
        self._snapshot = _Fetching(self._fetch_snapshot)
        self._overlay = _Fetching(keeper.refresh_overlay)
        self._file = _Fetching(keeper.refresh_file)

    async def run(self) -> None:
        """Poll until cancelled; what is big or slow on its way keeps nothing else waiting."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_again_and_again(self._poll))
            for fetching in (self._snapshot, self._overlay, self._file):
                tasks.create_task(_again_and_again(fetching.once))

    async def _poll(self) -> None:
        sent_at = asyncio.get_running_loop().time()
        snapshot, overlay = self._told
        versions = {"snapshot_version": snapshot, "overlay_version": overlay}
        offer = self._controller.offer().model_copy(update=versions)
        request = asyncio.ensure_future(self._api.poll(offer))
        if offer.free_slots == 0:
            freed = asyncio.ensure_future(self._controller.workers.changed())
            await asyncio.wait({request, freed}, return_when=asyncio.FIRST_COMPLETED)
            freed.cancel()
            if not request.done():
                # The next poll ends this one at the api; what it may bring all the same is not lost.
                self._left.add(request)
                request.add_done_callback(self._take_late)
                return
        reply = await request
        self._take(reply)
        if not reply.attempts and not reply.commands:
            # Several apis that disagree on a version must not be asked without end.
            await asyncio.sleep(sent_at + PACE_S - asyncio.get_running_loop().time())

    def _take_late(self, request: asyncio.Future[PollReply]) -> None:
        self._left.discard(request)
        if not request.cancelled() and request.exception() is None:
            self._take(request.result())

    def _take(self, reply: PollReply) -> None:
        self._controller.take(reply)
        self._told = (reply.snapshot_version, reply.overlay_version)
        snapshot, overlay = self._keeper.versions
        if reply.snapshot_version != snapshot:
            self._snapshot.stale.set()
        if reply.overlay_version != overlay:
            self._overlay.stale.set()

    async def _fetch_snapshot(self) -> None:
        if await self._keeper.refresh_snapshot():
            self._controller.share_routes()
        self._file.stale.set()


class _Fetching:
    """One kind of news, fetched once at the start and then whenever it is stale."""

    def __init__(self, fetch: Callable[[], Awaitable[None]]) -> None:
        self._fetch = fetch
        self.stale = asyncio.Event()
        self.stale.set()

    async def once(self) -> None:
        await self.stale.wait()
        # Cleared first: what is told meanwhile must be fetched as well.
        self.stale.clear()
        try:
            await self._fetch()
        except ChangmaoError:
            self.stale.set()
            raise


async def _again_and_again(work: Callable[[], Awaitable[None]]) -> None:
    """Repeat work for ever; after a failure wait a little longer each time, up to 5 s."""
    delay = FIRST_RETRY_S
    while True:
        try:
            await work()
            delay = FIRST_RETRY_S
        except ChangmaoError as error:
            _log.warning("the api does not serve this node", error=str(error), retry_s=delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, LAST_RETRY_S)
