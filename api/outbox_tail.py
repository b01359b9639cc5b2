"""Watches the outbox, so that facts committed by other processes wake those who wait here."""

from __future__ import annotations

import asyncio

import structlog
from fastapi.concurrency import run_in_threadpool

from api.context import Context
from store import outbox

LOOK_SECONDS = 0.2
"""One cheap read this often for each process, whatever the number of nodes and readers."""
LONGEST_PAUSE_SECONDS = 5.0

log = structlog.get_logger(__name__)


async def watch_outbox(context: Context) -> None:
    """Look until cancelled; while the database is away, look less often and say so once."""
    seen, pause = -1, LOOK_SECONDS
    while True:
        try:
            latest = await run_in_threadpool(outbox.latest, context.store)
        except Exception as error:  # noqa: BLE001 (no fault may end the watch: polls and feeds hang on it)
            if pause == LOOK_SECONDS:
                log.warning("outbox_unreadable", error=type(error).__name__)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        else:
            pause = LOOK_SECONDS
            if latest != seen:
                seen = latest
                context.work.ring()
                context.feed.bell.ring()
        await asyncio.sleep(pause)
