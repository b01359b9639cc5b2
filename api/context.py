"""What one api process holds while it runs; handlers find everything here."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from fastapi import Request

from api.bell import Bell
from api.errors import TooManyReportsError
from api.held_lists import HeldLists
from api.list_files import ListFiles, ListSource
from api.live_feed import LiveFeed
from api.login_limit import LoginLimit
from api.metrics import Metrics
from api.overlay_cache import OverlayCache
from api.rulebook import Rulebook
from api.settings import ApiSettings
from api.snapshot_cache import SnapshotCache
from blacklists.lists import NumberLists
from contracts.ports import Clock, IdSource, RandomIds, SystemClock
from store.familiar import familiar_pairs
from store.file_age import file_age, mark_file
from store.list_compile import compile_list_file
from store.overlay import OverlayReader
from store.snapshot import build_snapshot, snapshot_version
from store.unit_of_work import SqlStore

LISTS = frozenset(
    {"list_released", "removal_decided", "number_reviewed", "emergency_opened", "emergency_ended"}
)
"""Kinds of facts after which the overlay is read anew at once."""
WORK = frozenset({"attempt_planned", "attempt_released", "command_ordered", "phrasebook_released"}) | LISTS
"""Kinds of facts that give a poll something to answer with."""


@dataclass(frozen=True, slots=True)
class Context:
    """One api process: its settings, its store and what it keeps in memory."""

    settings: ApiSettings
    store: SqlStore
    rulebook: Rulebook
    work: Bell
    """Rings when there may be something for a node."""
    feed: LiveFeed
    list_files: ListFiles
    overlays: OverlayCache
    held_lists: HeldLists
    snapshots: SnapshotCache
    metrics: Metrics
    limit: LoginLimit
    """For an account as seen from one address."""
    address_limit: LoginLimit
    public_limit: LoginLimit
    """For an address that reports or asks without a login."""
    ids: IdSource = field(default_factory=RandomIds)
    clock: Clock = field(default_factory=SystemClock)
    """For logins alone; casework goes by the database's clock."""

    @classmethod
    def build(cls, store: SqlStore, settings: ApiSettings) -> Context:
        """Read the rules and make what the process holds.

        Raises:
            ConfigurationError: a file named by the settings cannot be read.
            BadInputError: a file named by the settings is no phrasebook or policy.
        """
        feed = LiveFeed(Bell(), preview=settings.live_preview, queue=settings.live_queue)
        rules = Rulebook.read(settings.phrasebook, settings.policy)
        files = ListFiles(_source(store), settings.folder, settings.overlay_entries)
        reader = OverlayReader(store, most_changes=settings.overlay_entries)
        overlays = OverlayCache(files, reader.read, settings.overlay_seconds)
        return cls(
            settings=settings,
            store=store,
            rulebook=rules,
            list_files=files,
            overlays=overlays,
            held_lists=HeldLists(files, overlays),
            snapshots=_snapshots(store, files, rules),
            work=Bell(),
            feed=feed,
            metrics=Metrics(feed),
            limit=LoginLimit(settings.login_attempts, settings.login_window),
            address_limit=LoginLimit(settings.login_address_attempts, settings.login_window),
            public_limit=LoginLimit(settings.public_posts, settings.public_window, error=TooManyReportsError),
        )

    def number_lists(self) -> NumberLists:
        """Return the lists that nodes are told to judge by; may block.

        Raises:
            ListsUnavailableError: there is no list file yet.
        """
        return self.held_lists.current()

    def tell(self, kinds: AbstractSet[str]) -> None:
        """Wake those whom newly committed facts of these kinds concern; only on the event loop's thread."""
        if kinds & LISTS:
            self.overlays.expire()
        if kinds & WORK:
            self.work.ring()
        if kinds:
            self.feed.tell_facts()


def context_of(request: Request) -> Context:
    """Return the context of the application that serves a request."""
    context = request.app.state.context
    assert isinstance(context, Context)  # noqa: S101 (set when the application is made)
    return context


def _source(store: SqlStore) -> ListSource:
    return ListSource(
        now=partial(_now, store),
        compile=partial(compile_list_file, store, pairs=familiar_pairs),
        mark=partial(mark_file, store),
        age=partial(file_age, store),
    )


def _now(store: SqlStore) -> datetime:
    with store.reading() as connection:
        return store.now(connection)


def _snapshots(store: SqlStore, files: ListFiles, rules: Rulebook) -> SnapshotCache:
    texts = (rules.original_phrasebook, rules.policy_yaml)
    return SnapshotCache(
        lambda: snapshot_version(store, files.current(), *texts),
        lambda: build_snapshot(store, files.current(), *texts),
    )
