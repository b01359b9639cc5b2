"""What one api process holds while it runs; handlers find everything here."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request

from api.bell import Bell
from api.live_feed import LiveFeed
from api.login_limit import LoginLimit
from api.metrics import Metrics
from api.rulebook import Rulebook
from api.settings import ApiSettings
from contracts.ports import Clock, IdSource, RandomIds, SystemClock
from store.unit_of_work import SqlStore


@dataclass(frozen=True, slots=True)
class Context:
    """One api process: its settings, its store and what it keeps in memory."""

    settings: ApiSettings
    store: SqlStore
    rulebook: Rulebook
    work: Bell
    """Rings when there may be something for a node."""
    feed: LiveFeed
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
        return cls(
            settings=settings,
            store=store,
            rulebook=Rulebook.read(settings.phrasebook, settings.policy),
            work=Bell(),
            feed=feed,
            metrics=Metrics(feed),
            limit=LoginLimit(settings.login_attempts, settings.login_window),
            address_limit=LoginLimit(settings.login_address_attempts, settings.login_window),
        )


def context_of(request: Request) -> Context:
    """Return the context of the application that serves a request."""
    context = request.app.state.context
    assert isinstance(context, Context)  # noqa: S101 (set when the application is made)
    return context
