"""The long poll of a node: it waits for warning calls to place and for operators' orders."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from threading import Event

import structlog
from fastapi.concurrency import run_in_threadpool
from starlette.types import Message

from api.context import Context
from api.errors import ListsUnavailableError
from casework.leasing import lease
from contracts.node_api import PollReply, PollRequest
from store.errors import StoreUnavailableError

RETRY_SECONDS = 1.0
"""How often it looks without having been woken: the outbox is watched, so this is only a second net."""

_log = structlog.get_logger(__name__)


class _GoneError(Exception):
    """The asker has left; what was leased for it is rolled back."""


class NodePolls:
    """The polls that are open in this process, the newest of each node; an older one ends empty.

    A node that lost its connection asks anew before we notice; without this its old poll could take work
    that nobody reads.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._open: dict[str, Event] = {}

    async def answer(
        self, request: PollRequest, node: str, receive: Callable[[], Awaitable[Message]]
    ) -> PollReply:
        """Wait until there is work, at most `poll_seconds`, and lease it in one transaction.

        `receive` is the connection's: it tells when the asker has left. Leased work is rolled back if the
        asker leaves before the commit; if it leaves after that, the lease runs out and is planned anew.
        """
        self._context.metrics.node_told(node, request.free_slots, request.counters)
        async with self._presence(node, receive) as gone:
            return await self._wait_for_work(request, node, gone)

    @asynccontextmanager
    async def _presence(self, node: str, receive: Callable[[], Awaitable[Message]]) -> AsyncIterator[Event]:
        gone = Event()
        if older := self._open.get(node):
            older.set()
            self._context.work.ring()
        self._open[node] = gone
        watch = asyncio.create_task(self._watch(receive, gone))
        try:
            with self._context.metrics.polls.track_inprogress():
                yield gone
        finally:
            watch.cancel()
            if self._open.get(node) is gone:
                del self._open[node]

    async def _watch(self, receive: Callable[[], Awaitable[Message]], gone: Event) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        gone.set()
        self._context.work.ring()

    async def _wait_for_work(self, request: PollRequest, node: str, gone: Event) -> PollReply:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._context.settings.poll_seconds
        known = (request.snapshot_version, request.overlay_version)
        while True:
            heard = self._context.work.rings
            reply = await run_in_threadpool(self._look, request, node, gone)
            left = until - loop.time()
            told = (reply.snapshot_version, reply.overlay_version)
            # A node that does not say what it was told waits for a change from now on.
            known = (known[0] or told[0], known[1] or told[1])
            if reply.attempts or reply.commands or told != known:
                return reply
            if left <= 0 or gone.is_set() or self._context.feed.closed:
                return reply
            await self._context.work.wait(heard, min(left, RETRY_SECONDS))

    def _look(self, request: PollRequest, node: str, gone: Event) -> PollReply:
        context = self._context
        told = PollReply(snapshot_version=request.snapshot_version, overlay_version=request.overlay_version)
        try:
            with context.metrics.poll_work.time(), context.store.begin() as uow:
                attempts = lease(uow, node, request.free_slots)
                commands = tuple(uow.commands.deliver(node))
                _stay_unless(gone)
        except _GoneError:
            return told
        context.metrics.leased.inc(len(attempts))
        found = {"attempts": attempts, "commands": commands, **self._versions()}
        return told.model_copy(update=found)

    def _versions(self) -> dict[str, str]:
        """Return what the node is to have; nothing where that is unknown: it goes on with what it has.

        Asked after the lease: warnings and orders do not wait for number lists, and are not lost by them.
        """
        snapshots, overlays = self._context.snapshots, self._context.overlays
        try:
            return {"snapshot_version": snapshots.version(), "overlay_version": overlays.version()}
        except (ListsUnavailableError, StoreUnavailableError) as error:
            _log.debug("poll_without_versions", error=str(error))
            return {}


def _stay_unless(gone: Event) -> None:
    if gone.is_set():
        raise _GoneError
