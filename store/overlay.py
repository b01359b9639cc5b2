"""The overlay nodes lay on the list file: what changes too fast for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock

from sqlalchemy import Connection

from blacklists.behaviour import Behaviour, coarse
from blacklists.standing import block_standing, standing_of, worst_first
from contracts.node_api import Overlay, Standing
from store.behaviour import read_behaviour, read_later_reported
from store.emergency import open_windows
from store.list_changes import entries_since, lists_at, newest_within
from store.reports import REPORTS
from store.reputation import Published, read_published
from store.revision import read_revision
from store.unit_of_work import SqlStore

MOST_CHANGES = 5000
"""Entries added and removed that an overlay carries; what changes more belongs into a new list file."""
BEHAVIOUR_AGE = timedelta(seconds=10)
"""So long counted behaviour holds; counting the calls of an hour takes its time."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """How callers behaved when they were counted."""

    at: datetime
    callers: Mapping[str, Behaviour]


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the reports say, as long as they are the same and the hour is."""

    revision: str
    hour: datetime
    published: Published
    later_reported: Mapping[str, int]


class OverlayReader:
    """Reads overlays one after the other, and counts anew only what can have changed."""

    def __init__(
        self,
        store: SqlStore,
        behaviour_age: timedelta = BEHAVIOUR_AGE,
        most_changes: int = MOST_CHANGES,
    ) -> None:
        self._store = store
        self._most_changes = most_changes
        self._behaviour_age = behaviour_age
        self._lock = Lock()
        self._counted: _Counted | None = None
        self._judged: _Judged | None = None

    def read(self, base: int) -> Overlay:
        """Return what has changed since the release `base`, at most 5,000 standings, open emergency windows.

        Of the releases since, it carries those that come before too much has changed: what comes after waits
        for the next list file, behaviour, reports and emergencies wait for none.

        Its version is a digest of its contents: equal facts, equal version, in every process.
        """
        with self._lock, self._store.reading() as connection:
            now = self._store.now(connection)
            release = newest_within(connection, base, self._most_changes)
            added, removed = entries_since(connection, base, release)
            standings, left_out = worst_first(self._standings(connection, now))
            overlay = Overlay(
                version="",
                base=base,
                release=release,
                lists=lists_at(connection, release),
                added=added,
                removed=removed,
                standings=standings,
                left_out=coarse(left_out),
                emergencies=open_windows(connection, now),
            )
        digest = sha256(overlay.model_dump_json().encode()).hexdigest()[:32]
        return overlay.model_copy(update={"version": digest})

    def _standings(self, connection: Connection, now: datetime) -> Iterator[Standing]:
        callers, judged = self._behaviour(connection, now), self._reports(connection, now)
        published, later = judged.published, judged.later_reported
        # What stands for a number by itself hides its block: it must hold the block's score too, or, where
        # the number was cleared, none.
        for number in callers.keys() | later.keys() | published.numbers.keys() | published.cleared:
            behaviour = replace(callers.get(number, Behaviour()), later_reported=later.get(number, 0))
            yield standing_of(number, behaviour, *published.of(number))
        for digits, reputation in published.blocks.items():
            yield block_standing(digits, reputation)

    def _behaviour(self, connection: Connection, now: datetime) -> Mapping[str, Behaviour]:
        if self._counted is None or not timedelta() <= now - self._counted.at < self._behaviour_age:
            self._counted = _Counted(now, read_behaviour(connection, now))
        return self._counted.callers

    def _reports(self, connection: Connection, now: datetime) -> _Judged:
        # By the hour: fading alone must not change every node's overlay with every reading.
        revision, hour = read_revision(connection, REPORTS), now.replace(minute=0, second=0, microsecond=0)
        if self._judged is None or (self._judged.revision, self._judged.hour) != (revision, hour):
            published, later = read_published(connection, hour), read_later_reported(connection, hour)
            self._judged = _Judged(revision, hour, published, later)
        return self._judged


def read_overlay(store: SqlStore, base: int) -> Overlay:
    """Return one overlay as `OverlayReader.read` does, with nothing known before."""
    return OverlayReader(store).read(base)
