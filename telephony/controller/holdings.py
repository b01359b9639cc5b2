"""What the node judges by: the snapshot and number lists in force, with the last good ones on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import structlog
from pydantic import ValidationError

from blacklists.list_file import ListFile
from blacklists.lists import NumberLists
from casework.policy import Policy
from contracts.errors import ChangmaoError
from contracts.node_api import Overlay
from contracts.validation import problem_of
from screening.matcher import Matcher
from screening.phrasebook import Phrasebook
from telephony.controller.api_client import ApiClient
from telephony.controller.list_fetch import ListFetch, RefusedListFileError
from telephony.controller.received_snapshot import Enrolments, ReceivedSnapshot, read_snapshot

_NO_LISTS = Overlay(version="", base=0, release=0, lists=())
_Read = TypeVar("_Read")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Holdings:
    """One snapshot, parsed, with the number lists."""

    snapshot: ReceivedSnapshot
    lists: NumberLists
    phrasebook: Phrasebook
    matcher: Matcher
    policy: Policy

    @classmethod
    def of(cls, snapshot: ReceivedSnapshot, lists: NumberLists, before: Holdings | None = None) -> Holdings:
        """Parse a snapshot's rules, unless they are those of before.

        Raises:
            ChangmaoError: names the part that cannot be used.
        """
        if before and (before.snapshot.phrasebook, before.snapshot.policy) == (
            snapshot.phrasebook,
            snapshot.policy,
        ):
            return replace(before, snapshot=snapshot, lists=lists)
        phrasebook = Phrasebook.parse(snapshot.phrasebook)
        policy = Policy.parse(snapshot.policy)
        return cls(snapshot, lists, phrasebook, Matcher(phrasebook), policy)

    @property
    def version(self) -> str:
        """The snapshot's version."""
        return self.snapshot.version

    @property
    def enrolments(self) -> Enrolments:
        """Residents by E.164 number."""
        return self.snapshot.enrolments


class Keeper:
    """Holds what is in force; a new snapshot, file or overlay replaces it only when it can be used whole.

    Snapshot and lists are replaced apart from each other: a resident's withdrawal does not wait for a list
    file. File and overlay are replaced together: an overlay of another file waits until that file is there.
    """

    def __init__(self, api: ApiClient, folder: Path) -> None:
        self._api = api
        self._fetch = ListFetch(api, folder / "lists")
        self._snapshot_file = folder / "snapshot.json"
        self._overlay_file = folder / "overlay.json"
        self._snapshot: ReceivedSnapshot | None = None
        self._file: ListFile | None = None
        self._overlay: Overlay | None = None
        self._lists = NumberLists(None, _NO_LISTS)
        self._laid: tuple[ListFile, Overlay] | None = None
        self.current: Holdings | None = None

    @property
    def versions(self) -> tuple[str, str]:
        """Versions of the snapshot in force and of the overlay that came last; empty where there is none."""
        overlay = self._overlay.version if self._overlay else ""
        return self.current.version if self.current else "", overlay

    async def start(self) -> None:
        """Take up the last good snapshot, list file and overlay from disk, as far as there are any."""
        self._snapshot = await asyncio.to_thread(_read_good, self._snapshot_file, read_snapshot)
        wanted = self._snapshot.lists if self._snapshot else None
        self._file = await asyncio.to_thread(self._fetch.last_good, wanted)
        self._overlay = await asyncio.to_thread(_read_good, self._overlay_file, Overlay.model_validate_json)
        if self._file is not None:
            await self._lay_on_start(self._file)
        if self._snapshot is None:
            return
        try:
            self.current = await asyncio.to_thread(Holdings.of, self._snapshot, self._lists)
        except ChangmaoError as error:
            _log.error("snapshot on disk cannot be used", file=str(self._snapshot_file), error=str(error))

    async def refresh_snapshot(self) -> bool:
        """Fetch the snapshot; True where a new one is in force. ApiAwayError, ApiRefusedError."""
        received = await self._api.snapshot(self.current.version if self.current else None)
        if received is None:
            return False
        snapshot, body = received
        # Its list file is fetched even where its rules are refused.
        self._snapshot = snapshot
        try:
            self.current = await asyncio.to_thread(Holdings.of, snapshot, self._lists, self.current)
        except ChangmaoError as error:
            _log.error(
                "snapshot refused; the last good one stays", version=snapshot.version, error=str(error)
            )
            return False
        await asyncio.to_thread(_keep, self._snapshot_file, body)
        _log.info("snapshot in force", version=snapshot.version, enrolments=len(snapshot.enrolments))
        return True

    async def refresh_lists(self) -> None:
        """Fetch the list file the snapshot names and the overlay, as far as they are not here yet.

        Raises:
            ApiAwayError: the api does not answer, or the transfer broke off; what came of the file is kept.
            ApiRefusedError: the api has the file no more; the next snapshot names another.
            FullDiskError: no room for the file.
        """
        file = await self._newest_file()
        received = await self._api.overlay(self._overlay.version if self._overlay else None)
        if received is not None:
            self._overlay = received
        if file is None or self._overlay is None or self._laid == (file, self._overlay):
            return
        if self._overlay.base != file.ref.release:
            _log.info("overlay waits for its file", base=self._overlay.base, file=file.ref.release)
            return
        try:
            await self._lay(file, self._overlay)
        except ChangmaoError as error:
            _log.error("overlay refused; the last good one stays", error=str(error))

    async def _newest_file(self) -> ListFile | None:
        wanted = self._snapshot.lists if self._snapshot else None
        if wanted is None or (self._file and self._file.ref == wanted) or self._fetch.is_refused(wanted):
            return self._file
        try:
            self._file = await self._fetch.obtain(wanted)
        except RefusedListFileError as error:
            _log.error("list file refused", error=str(error))
            if not self._fetch.is_refused(wanted):
                raise
        return self._file

    async def _lay_on_start(self, file: ListFile) -> None:
        bare = Overlay(version="", base=file.ref.release, release=file.ref.release, lists=file.lists)
        fits = self._overlay is not None and self._overlay.base == file.ref.release
        await self._lay(file, self._overlay if fits and self._overlay else bare)

    async def _lay(self, file: ListFile, overlay: Overlay) -> None:
        lists = await asyncio.to_thread(NumberLists, file, overlay)
        old = [self._lists, self._laid, self.current]
        new_file = self._laid is None or self._laid[0] is not file
        self._lists, self._laid = lists, (file, overlay)
        if self.current is not None:
            self.current = replace(self.current, lists=lists)
        await asyncio.to_thread(_keep_overlay, self._overlay_file, overlay)
        # The last reference to an old file unmaps it, for milliseconds: not on the thread of the calls.
        await asyncio.to_thread(old.clear)
        if new_file:
            await asyncio.to_thread(self._fetch.tidy, file)
            _log.info("list file in force", release=file.ref.release, entries=file.entries)


def _read_good(file: Path, read: Callable[[bytes], _Read]) -> _Read | None:
    if not file.exists():
        return None
    try:
        return read(file.read_bytes())
    except (OSError, ValidationError, ChangmaoError) as error:
        detail = problem_of(error) if isinstance(error, ValidationError) else str(error)
        _log.error("file on disk cannot be used", file=str(file), error=detail)
        return None


def _keep_overlay(file: Path, overlay: Overlay) -> None:
    _keep(file, overlay.model_dump_json().encode())


def _keep(file: Path, body: bytes) -> None:
    beside = file.with_suffix(".new")
    beside.touch(mode=0o600)
    beside.write_bytes(body)
    beside.replace(file)
