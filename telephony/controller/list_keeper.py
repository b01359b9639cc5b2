"""The number lists a node judges by: file and overlay in force, with the last good ones on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from blacklists.list_file import ListFile
from blacklists.lists import NumberLists
from contracts.errors import ChangmaoError
from contracts.node_api import ListFileRef
from telephony.controller.api_client import ApiClient
from telephony.controller.kept_file import KeptFile
from telephony.controller.list_fetch import ListFetch, RefusedListFileError
from telephony.controller.received_overlay import ReceivedOverlay, bare_overlay, read_overlay

_log = structlog.get_logger(__name__)
_NAMED = 100
"""Entries a warning names."""


class ListKeeper:
    """Holds file and overlay; a new one of either replaces the old only when it can be used whole.

    Entries come from a file and the overlay made for it, together. What an overlay says of calls of late
    (emergency windows, standings) waits for no file.
    """

    def __init__(self, api: ApiClient, folder: Path, in_force: Callable[[NumberLists], None]) -> None:
        """`in_force` is told all lists that come into force after the start, on the event loop."""
        self._api = api
        self._in_force = in_force
        self._fetch = ListFetch(api, folder / "lists")
        self._kept = KeptFile(folder / "overlay.json")
        self._file: ListFile | None = None
        self._newest: ReceivedOverlay | None = None
        self._laid: tuple[ListFile | None, ReceivedOverlay] = None, bare_overlay(0)
        self._seen: tuple[ListFile | None, ReceivedOverlay | None] = None, None
        """What there was to lay when it was laid last."""
        self._laying = asyncio.Lock()
        self.lists = NumberLists(*self._laid)

    @property
    def overlay_version(self) -> str:
        """Version of the overlay that came last; empty where there is none."""
        return self._newest.version if self._newest else ""

    async def start(self, wanted: ListFileRef | None) -> None:
        """Take up file and overlay from disk, as far as there are any."""
        self._file = await asyncio.to_thread(self._fetch.last_good, wanted)
        self._newest = await asyncio.to_thread(self._kept.read, read_overlay)
        if self._file is not None:
            await self._lay(self._file, bare_overlay(self._file.ref.release, self._file.lists))
        await self._lay_newest()

    async def refresh_file(self, wanted: ListFileRef | None) -> None:
        """Fetch the file the snapshot names, unless it is here or was refused too often.

        Raises:
            ApiAwayError: the api does not answer, or the transfer broke off; what came of the file is kept.
            ApiRefusedError: the api has the file no more; the next snapshot names another.
            FullDiskError: no room for the file.
            RefusedListFileError: the file cannot be used; it is worth another try.
        """
        if wanted is None or (self._file and self._file.ref == wanted) or self._fetch.is_refused(wanted):
            return
        try:
            self._file = await self._fetch.obtain(wanted)
        except RefusedListFileError as error:
            _log.error("list file refused", error=str(error))
            if not self._fetch.is_refused(wanted):
                raise
        await self._lay_newest()

    async def refresh_overlay(self) -> None:
        """Fetch the overlay, unless it is here. ApiAwayError, ApiRefusedError."""
        received = await self._api.overlay(self._newest)
        if received is not None:
            self._newest = received
        await self._lay_newest()

    async def _lay_newest(self) -> None:
        async with self._laying:
            newest, seen = self._newest, (self._file, self._newest)
            if newest is None or (seen[0] is self._seen[0] and seen[1] is self._seen[1]):
                return
            self._seen = seen
            file, overlay = self._fitting(newest)
            try:
                await self._lay(file, overlay)
            except ChangmaoError as error:
                _log.error("overlay refused; the entries before it stay", error=str(error))
                laid_file, laid = self._laid
                await self._lay(laid_file, laid.with_news_of(newest))
                return
            if overlay is newest:
                await asyncio.to_thread(self._kept.keep, newest.body)

    def _fitting(self, newest: ReceivedOverlay) -> tuple[ListFile | None, ReceivedOverlay]:
        """Return the newest file and overlay that belong together, with the newest word on calls."""
        laid_file, laid = self._laid
        for file in (self._file, laid_file):
            if newest.base == (file.ref.release if file else 0):
                return file, newest
        _log.info("entries of the overlay wait for their file", base=newest.base)
        return laid_file, laid.with_news_of(newest)

    async def _lay(self, file: ListFile | None, overlay: ReceivedOverlay) -> None:
        lists = await asyncio.to_thread(NumberLists, file, overlay, self.lists)
        if lists.left_out and lists.left_out != self.lists.left_out:
            named = sorted(lists.left_out)[:_NAMED]
            _log.warning("too many blocks over one number", count=len(lists.left_out), entries=named)
        old = [self.lists, self._laid]
        is_new_file = file is not self._laid[0]
        self.lists, self._laid = lists, (file, overlay)
        self._in_force(lists)
        # The last reference to an old file unmaps it, for milliseconds: not on the thread of the calls.
        await asyncio.to_thread(old.clear)
        if file is not None and is_new_file:
            await asyncio.to_thread(self._fetch.tidy, file)
            _log.info("list file in force", release=file.ref.release, entries=file.entries)
