"""Watches the outbox, so that facts committed by other processes wake those who wait here."""

from __future__ import annotations

import asyncio

import structlog
from fastapi.concurrency import run_in_threadpool

from api.context import WORK, Context
from store import outbox

LOOK_SECONDS = 0.2
"""One cheap read this often for each process, whatever the number of nodes and readers."""
LONGEST_PAUSE_SECONDS = 5.0

log = structlog.get_logger(__name__)


async def watch_outbox(context: Context) -> None:
    """Look until cancelled; while the database is away, look less often and say so once."""
    seen: int | None = None
    pause = LOOK_SECONDS
    while True:
        try:
            seen, kinds = await run_in_threadpool(_look, context, seen)
        except Exception as error:  # noqa: BLE001 (no fault may end the watch: polls and feeds hang on it)
            if pause == LOOK_SECONDS:
                log.warning("outbox_unreadable", error=type(error).__name__)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        else:
            pause = LOOK_SECONDS
            context.tell(kinds)
        await asyncio.sleep(pause)


def _look(context: Context, seen: int | None) -> tuple[int, frozenset[str]]:
    if seen is None:
        # What was committed before this process began may have been told to nobody.
        return outbox.latest(context.store), WORK
    return outbox.kinds_after(context.store, seen)
