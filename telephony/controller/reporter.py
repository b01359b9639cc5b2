"""Tells the api what happened: facts through the spool, live text past it."""

from __future__ import annotations

import asyncio
from collections import deque

import structlog

from contracts.node_api import EventBatch, LiveLine, NodeEvent
from telephony.controller.api_client import ApiAwayError, ApiClient, ApiRefusedError
from telephony.controller.spool import Spool

BATCH = 100
LIVE_HELD = 200
"""Lines of live text waiting for the api; the oldest is dropped beyond: it is not a fact."""
FIRST_RETRY_S = 0.2
LAST_RETRY_S = 5.0
_ABOUT_THE_EVENTS = {413, 422}

_log = structlog.get_logger(__name__)


class Reporter:
    """Two loops: one puts events on disk, one delivers them; the disk never waits for the network."""

    def __init__(self, node: str, api: ApiClient, spool: Spool) -> None:
        self._node = node
        self._api = api
        self._spool = spool
        self._new: deque[NodeEvent] = deque()
        self._live: deque[LiveLine] = deque(maxlen=LIVE_HELD)
        self._something_new = asyncio.Event()
        self._something_due = asyncio.Event()
        self._stored = asyncio.Event()
        self._stored.set()
        self._disk = asyncio.Lock()

    @property
    def waiting(self) -> int:
        """Events that the api has not confirmed."""
        return len(self._new) + len(self._spool)

    def report(self, event: NodeEvent) -> None:
        """Take a fact; it is on disk a few milliseconds later."""
        self._new.append(event)
        self._stored.clear()
        self._something_new.set()

    def show(self, line: LiveLine) -> None:
        """Take a line of live text."""
        self._live.append(line)
        self._something_due.set()

    @property
    def dropped(self) -> int:
        """Records of calls without an alert that found no place on disk."""
        return self._spool.dropped

    async def run(self) -> None:
        """Store and deliver until cancelled."""
        if len(self._spool):
            self._something_due.set()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._store())
            tasks.create_task(self._deliver())

    async def _store(self) -> None:
        while True:
            await self._something_new.wait()
            self._something_new.clear()
            events = [self._new.popleft() for _ in range(len(self._new))]
            try:
                async with self._disk:
                    await asyncio.to_thread(self._spool.append, events)
            except OSError as error:
                _log.error("events cannot be stored; they wait", reason=error.strerror, waiting=self.waiting)
                self._new.extendleft(reversed(events))
                self._something_new.set()
                await asyncio.sleep(LAST_RETRY_S)
                continue
            if not self._new:
                self._stored.set()
            self._something_due.set()

    async def settle(self) -> None:
        """Wait until all that was reported is on disk: whoever stops us must let it get there."""
        await self._stored.wait()

    async def _deliver(self) -> None:
        delay = FIRST_RETRY_S
        while True:
            await self._something_due.wait()
            self._something_due.clear()
            try:
                while len(self._spool) or self._live:
                    live = tuple(self._live)
                    self._live.clear()
                    await self._deliver_batch(BATCH, live)
                delay = FIRST_RETRY_S
            except ApiAwayError as error:
                _log.warning("api away; events wait", waiting=self.waiting, error=str(error), retry_s=delay)
                self._something_due.set()
                await asyncio.sleep(delay)
                delay = min(delay * 2, LAST_RETRY_S)

    async def _deliver_batch(self, limit: int, live: tuple[LiveLine, ...] = ()) -> None:
        async with self._disk:
            events = await asyncio.to_thread(self._spool.oldest, limit)
        try:
            await self._api.send(EventBatch(node=self._node, events=tuple(events), live=live))
        except ApiRefusedError as error:
            await self._refused(len(events), live, error)
            return
        async with self._disk:
            await asyncio.to_thread(self._spool.forget, len(events))

    async def _refused(self, count: int, live: tuple[LiveLine, ...], error: ApiRefusedError) -> None:
        """Find the event the api cannot take and go on without it: it must not hold up the rest."""
        if error.status not in _ABOUT_THE_EVENTS:
            # A token not accepted, a proxy's 404: nothing is wrong with the events.
            raise ApiAwayError(str(error)) from error
        if live:
            _log.warning("batch with live text refused by the api; sent again without", error=str(error))
            await self._deliver_batch(BATCH)
        elif count > 1:
            await self._deliver_batch(1)
        elif count == 1:
            _log.error("event refused by the api is set aside", error=str(error))
            async with self._disk:
                await asyncio.to_thread(self._spool.set_aside)
