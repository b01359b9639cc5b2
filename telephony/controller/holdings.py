"""What the node judges by: the snapshot and number lists in force, with the last good ones on disk."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from blacklists.lists import NumberLists
from casework.policy import Policy
from contracts.errors import ChangmaoError
from contracts.node_api import ListFileRef
from screening.matcher import Matcher
from screening.phrasebook import Phrasebook
from telephony.controller.api_client import ApiClient
from telephony.controller.kept_file import KeptFile
from telephony.controller.list_keeper import ListKeeper
from telephony.controller.received_snapshot import Enrolments, ReceivedSnapshot, read_snapshot
from telephony.settings import SNAPSHOT_FILE

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
    """Holds what is in force; what is new replaces it only where it can be used.

    Snapshot, list file and overlay come apart from each other: a resident's withdrawal or emergency window
    does not wait for a file.
    """

    def __init__(self, api: ApiClient, folder: Path) -> None:
        self._api = api
        self._kept = KeptFile(folder / SNAPSHOT_FILE)
        self._lists = ListKeeper(api, folder, self._take_lists)
        self._known: str | None = None
        """Version of the snapshot that came last, in force or refused."""
        self._named: ListFileRef | None = None
        """The list file of the snapshot that came last."""
        self.current: Holdings | None = None

    @property
    def versions(self) -> tuple[str, str]:
        """Versions of the snapshot and of the overlay that came last; empty where there is none."""
        return self._known or "", self._lists.overlay_version

    async def start(self) -> None:
        """Take up the last good snapshot, list file and overlay from disk, as far as there are any."""
        snapshot = await asyncio.to_thread(self._kept.read, read_snapshot)
        self._named = snapshot.lists if snapshot else None
        await self._lists.start(self._named)
        if snapshot is None:
            return
        try:
            self.current = await asyncio.to_thread(Holdings.of, snapshot, self._lists.lists)
            self._known = snapshot.version
        except ChangmaoError as error:
            _log.error("snapshot on disk cannot be used", error=str(error))

    async def refresh_snapshot(self) -> bool:
        """Fetch the snapshot; True where a new one is in force. ApiAwayError, ApiRefusedError.

        Where its rules cannot be used, its residents come into force with the rules before: a withdrawal
        counts all the same.
        """
        received = await self._api.snapshot(self._known)
        if received is None:
            return False
        snapshot, body = received
        self._named = snapshot.lists
        try:
            new = await asyncio.to_thread(Holdings.of, snapshot, self._lists.lists, self.current)
        except ChangmaoError as error:
            _log.error("rules refused; the last good ones stay", version=snapshot.version, error=str(error))
            if self.current is None:
                self._known = snapshot.version
                return False
            new = replace(self.current, snapshot=snapshot.with_rules_of(self.current.snapshot))
            body = await asyncio.to_thread(new.snapshot.encoded)
        # Other lists may have come into force meanwhile.
        self.current, self._known = replace(new, lists=self._lists.lists), snapshot.version
        await asyncio.to_thread(self._kept.keep, body)
        _log.info("snapshot in force", version=snapshot.version, enrolments=len(snapshot.enrolments))
        return True

    async def refresh_file(self) -> None:
        """Fetch the list file the snapshot names; errors as ListKeeper.refresh_file."""
        await self._lists.refresh_file(self._named)

    async def refresh_overlay(self) -> None:
        """Fetch the overlay. ApiAwayError, ApiRefusedError."""
        await self._lists.refresh_overlay()

    def _take_lists(self, lists: NumberLists) -> None:
        if self.current is not None:
            self.current = replace(self.current, lists=lists)
