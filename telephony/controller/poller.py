"""Asks the api for work, again and again, and notices when the snapshot has changed."""

from __future__ import annotations

import asyncio

import structlog

from contracts.errors import ChangmaoError
from contracts.node_api import PollReply
from telephony.controller.api_client import ApiClient
from telephony.controller.controller import Controller
from telephony.controller.holdings import Keeper

FIRST_RETRY_S = 0.2
LAST_RETRY_S = 5.0
_log = structlog.get_logger(__name__)


class Poller:
    """One poll at a time; a poll that offered no free slot is cut short when one becomes free."""

    def __init__(self, api: ApiClient, keeper: Keeper, controller: Controller) -> None:
        self._api = api
        self._keeper = keeper
        self._controller = controller

    async def run(self) -> None:
        """Poll until cancelled; the api may be away as long as it likes."""
        delay = FIRST_RETRY_S
        while True:
            try:
                await self._refresh(None)
                while True:
                    await self._poll()
                    delay = FIRST_RETRY_S
            except ChangmaoError as error:
                _log.warning("no work from the api", error=str(error), retry_s=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, LAST_RETRY_S)

    async def _poll(self) -> None:
        offer = self._controller.offer()
        request = asyncio.ensure_future(self._api.poll(offer))
        try:
            if offer.free_slots == 0:
                freed = asyncio.ensure_future(self._controller.workers.changed())
                await asyncio.wait({request, freed}, return_when=asyncio.FIRST_COMPLETED)
                freed.cancel()
                if not request.done():
                    return
            reply = await request
        finally:
            request.cancel()
        self._controller.take(reply)
        await self._refresh(reply)

    async def _refresh(self, reply: PollReply | None) -> None:
        held = self._keeper.current
        if reply and held and reply.snapshot_version == held.version:
            return
        if await self._keeper.refresh():
            self._controller.share_routes()
