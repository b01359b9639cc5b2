"""The overlay nodes lay on the list file: what changes too fast for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from blacklists.behaviour import Behaviour, coarse
from blacklists.standing import block_standing, standing_of, worst_first
from contracts.node_api import Overlay, Standing
from store.behaviour import read_behaviour
from store.emergency import open_windows
from store.list_changes import current_release, entries_since
from store.lists import number_lists
from store.reputation import read_published
from store.unit_of_work import SqlStore


def read_overlay(store: SqlStore, base: int) -> Overlay:
    """Return what has changed since the release `base`, at most 5,000 standings, and open emergency windows.

    Its version is a digest of its contents: equal facts, equal version, in every process.
    """
    with store.reading() as connection:
        now = store.now(connection)
        added, removed = entries_since(connection, base)
        standings, left_out = worst_first(_standings(connection, now))
        overlay = Overlay(
            version="",
            base=base,
            release=current_release(connection),
            lists=number_lists(connection),
            added=added,
            removed=removed,
            standings=standings,
            left_out=coarse(left_out),
            emergencies=open_windows(connection, now),
        )
    digest = sha256(overlay.model_dump_json().encode()).hexdigest()[:32]
    return overlay.model_copy(update={"version": digest})


def _standings(connection: Connection, now: datetime) -> Iterator[Standing]:
    behaviour = read_behaviour(connection, now)
    published = read_published(connection, now)
    # What stands for a number by itself hides its block: it must hold the block's score too, or, where the
    # number was cleared, none.
    for number in behaviour.keys() | published.numbers.keys() | published.cleared:
        yield standing_of(number, behaviour.get(number, Behaviour()), published.of(number))
    for digits, reputation in published.blocks.items():
        yield block_standing(digits, reputation)
