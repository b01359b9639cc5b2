"""One dialled try to warn a resident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.outcome import Channel, Outcome


class AttemptState(StrEnum):
    """Where an attempt stands."""

    PLANNED = "planned"
    DIALLING = "dialling"
    ENDED = "ended"
    INTERRUPTED = "interrupted"
    WITHDRAWN = "withdrawn"
    """Planned and never leased: an earlier attempt's key, told late, made it needless."""


def attempt_id(warning_id: str, n: int) -> str:
    """Return the id of a warning's n-th attempt; the pair is unique, so the id is too."""
    return f"{warning_id}-{n}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try; dialled at most once, whatever crashes."""

    id: str
    warning_id: str
    n: int
    """Counts from 1 within the warning."""
    channel: Channel
    state: AttemptState
    planned_at: datetime
    node: str | None = None
    """The node that leased it."""
    fence: int | None = None
    leased_at: datetime | None = None
    lease_until: datetime | None = None
    dialled_at: datetime | None = None
    """When the INVITE left, by the node's clock."""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    sip_code: int | None = None
    digit: str | None = None
