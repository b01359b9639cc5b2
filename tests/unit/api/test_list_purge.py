"""The purge of the number lists goes on by itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from api.list_purge import purge_lists
from store.errors import StoreUnavailableError
from store.list_purge import Purged

pytestmark = pytest.mark.unit


async def test_a_purge_that_fails_is_named_and_the_next_one_runs():
    loop, ran = asyncio.get_running_loop(), asyncio.Queue[None]()
    results = [StoreUnavailableError("away"), Purged(1, 0, 0, 0)]

    def purge() -> Purged:
        loop.call_soon_threadsafe(ran.put_nowait, None)
        result = results.pop(0) if results else Purged(0, 0, 0, 0)
        if isinstance(result, StoreUnavailableError):
            raise result
        return result

    with capture_logs() as logs:
        task = asyncio.create_task(purge_lists(purge, pause=0.001))
        async with asyncio.timeout(10):
            for _ in range(4):
                await ran.get()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert [entry["event"] for entry in logs] == ["lists_not_purged", "lists_purged"]
