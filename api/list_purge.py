"""Purges what the number lists need no more, every hour: what stays over is taken up by the next run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict

import structlog

from contracts.errors import ChangmaoError
from store.list_purge import Purged

PURGE_SECONDS = 3600.0

log = structlog.get_logger(__name__)


async def purge_lists(purge: Callable[[], Purged], pause: float = PURGE_SECONDS) -> None:
    """Purge until cancelled, first after `pause` seconds; a database that fails is tried again."""
    while True:
        await asyncio.sleep(pause)
        try:
            purged = asdict(await asyncio.to_thread(purge))
        except ChangmaoError as error:
            log.warning("lists_not_purged", code=error.code)
        else:
            if any(purged.values()):
                log.info("lists_purged", **purged)
