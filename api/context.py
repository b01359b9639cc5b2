"""What one api process holds while it runs; handlers find everything here."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial

from fastapi import Request

from api.bell import Bell
from api.live_feed import LiveFeed
from api.login_limit import LoginLimit
from api.metrics import Metrics
from api.rulebook import Rulebook
from api.settings import ApiSettings
from api.snapshot_cache import SnapshotCache
from contracts.ports import Clock, IdSource, RandomIds, SystemClock
from store.snapshot import build_snapshot, snapshot_version
from store.unit_of_work import SqlStore

WORK = frozenset({"attempt_planned", "attempt_released", "command_ordered"})
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
    snapshots: SnapshotCache
    metrics: Metrics
    limit: LoginLimit
    """For an account as seen from one address."""
    address_limit: LoginLimit
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
        parts = (store, rules.phrasebook_yaml, rules.policy_yaml)
        return cls(
            settings=settings,
            store=store,
            rulebook=rules,
            snapshots=SnapshotCache(partial(snapshot_version, *parts), partial(build_snapshot, *parts)),
            work=Bell(),
            feed=feed,
            metrics=Metrics(feed),
            limit=LoginLimit(settings.login_attempts, settings.login_window),
            address_limit=LoginLimit(settings.login_address_attempts, settings.login_window),
        )

    def tell(self, kinds: AbstractSet[str]) -> None:
        """Wake those whom newly committed facts of these kinds concern; only on the event loop's thread."""
        if kinds & WORK:
            self.work.ring()
        if kinds:
            self.feed.tell_facts()


def context_of(request: Request) -> Context:
    """Return the context of the application that serves a request."""
    context = request.app.state.context
    assert isinstance(context, Context)  # noqa: S101 (set when the application is made)
    return context
