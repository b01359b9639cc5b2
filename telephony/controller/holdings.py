"""What the node judges by: the snapshot in force, ready to use, with the last good one on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog
from pydantic import ValidationError

from blacklists.lists import NumberLists
from casework.policy import Policy
from contracts.errors import ChangmaoError
from contracts.node_api import Enrolment, Snapshot
from contracts.validation import problem_of
from screening.matcher import Matcher
from screening.phrasebook import Phrasebook
from telephony.controller.api_client import ApiClient

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Holdings:
    """One snapshot, parsed."""

    version: str
    lists: NumberLists
    enrolments: Mapping[str, Enrolment]
    """By E.164 number."""
    phrasebook: Phrasebook
    matcher: Matcher
    policy: Policy

    @classmethod
    def of(cls, snapshot: Snapshot) -> Holdings:
        """Parse a snapshot; ChangmaoError names the part that cannot be used."""
        phrasebook = Phrasebook.parse(snapshot.phrasebook)
        return cls(
            version=snapshot.version,
            lists=NumberLists(snapshot.entries, snapshot.list_version),
            enrolments={enrolment.number: enrolment for enrolment in snapshot.enrolments},
            phrasebook=phrasebook,
            matcher=Matcher(phrasebook),
            policy=Policy.parse(snapshot.policy),
        )

    def routes(self) -> dict[str, str]:
        """Return the delivery routes that differ from the trunk's default."""
        return {e.number: e.delivery_route for e in self.enrolments.values() if e.delivery_route}


class Keeper:
    """Holds the snapshot in force; a new one replaces it only when it can be used whole."""

    def __init__(self, api: ApiClient, folder: Path) -> None:
        self._api = api
        self._file = folder / "snapshot.json"
        self.current: Holdings | None = None

    async def start(self) -> None:
        """Take up the last good snapshot from disk, if there is one."""
        if not self._file.exists():
            return
        try:
            text = await asyncio.to_thread(self._file.read_bytes)
            self.current = await asyncio.to_thread(lambda: Holdings.of(Snapshot.model_validate_json(text)))
        except (OSError, ValidationError, ChangmaoError) as error:
            detail = problem_of(error) if isinstance(error, ValidationError) else str(error)
            _log.error("snapshot on disk cannot be used", file=str(self._file), error=detail)

    async def refresh(self) -> bool:
        """Fetch the snapshot; True where a new one is in force. ApiAwayError, ApiRefusedError."""
        snapshot = await self._api.snapshot(self.current.version if self.current else None)
        if snapshot is None:
            return False
        try:
            self.current = await asyncio.to_thread(Holdings.of, snapshot)
        except ChangmaoError as error:
            _log.error(
                "snapshot refused; the last good one stays", version=snapshot.version, error=str(error)
            )
            return False
        await asyncio.to_thread(self._keep, snapshot)
        _log.info("snapshot in force", version=snapshot.version, enrolments=len(snapshot.enrolments))
        return True

    def _keep(self, snapshot: Snapshot) -> None:
        beside = self._file.with_suffix(".new")
        beside.touch(mode=0o600)
        beside.write_text(snapshot.model_dump_json(), encoding="utf-8")
        beside.replace(self._file)
