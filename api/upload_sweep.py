"""Sweeps uploaded list files at the start and regularly: a forgotten one does not wait for the next."""

from __future__ import annotations

import asyncio

import structlog

from api.uploads import Uploads

SWEEP_SECONDS = 300.0
"""A previewed file is gone at most this long after its hour."""

log = structlog.get_logger(__name__)


async def sweep_uploads(uploads: Uploads, pause: float = SWEEP_SECONDS) -> None:
    """Sweep until cancelled, at once and then every `pause` seconds; a folder that fails is tried again."""
    while True:
        try:
            await asyncio.to_thread(uploads.sweep)
        except OSError as error:
            log.warning("uploads_not_swept", error=type(error).__name__)
        await asyncio.sleep(pause)
