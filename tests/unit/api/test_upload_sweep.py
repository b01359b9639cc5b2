"""Forgotten uploads go without anybody's doing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from api.upload_sweep import sweep_uploads
from api.uploads import Uploads

pytestmark = pytest.mark.unit

SECONDS = 10
"""Longest wait for what must come."""


class WatchedUploads(Uploads):
    """Uploads that tell when they were swept."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder
        self._loop = asyncio.get_running_loop()
        self._swept: asyncio.Queue[None] = asyncio.Queue()

    def sweep(self) -> None:
        try:
            super().sweep()
        finally:
            self._loop.call_soon_threadsafe(self._swept.put_nowait, None)

    async def swept(self, times: int = 1) -> None:
        async with asyncio.timeout(SECONDS):
            for _ in range(times):
                await self._swept.get()

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def forget_one(self) -> None:
        kept = self.folder / "kept"
        kept.mkdir(exist_ok=True)
        path = kept / "forgotten"
        path.write_bytes(b"pattern")
        os.utime(path, (0, 0))


@pytest.fixture
async def uploads(tmp_path: Path) -> WatchedUploads:
    return WatchedUploads(tmp_path)


@asynccontextmanager
async def sweeping(uploads: Uploads, pause: float) -> AsyncIterator[None]:
    task = asyncio.create_task(sweep_uploads(uploads, pause))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_what_was_forgotten_goes_at_the_start(uploads: WatchedUploads):
    uploads.forget_one()
    async with sweeping(uploads, pause=3600):
        await uploads.swept()
    assert uploads.files() == []


async def test_what_is_forgotten_later_goes_too(uploads: WatchedUploads):
    async with sweeping(uploads, pause=0.02):
        await uploads.swept()
        uploads.forget_one()
        # One sweep may have begun before the file was there.
        await uploads.swept(times=2)
    assert uploads.files() == []


async def test_a_folder_that_fails_is_named_and_tried_again(uploads: WatchedUploads):
    (uploads.folder / "kept").write_text("no folder")
    with capture_logs() as logs:
        async with sweeping(uploads, pause=0.01):
            await uploads.swept(times=3)
    assert [entry["event"] for entry in logs[:2]] == ["uploads_not_swept"] * 2
