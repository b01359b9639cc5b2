"""The order to meet a resident in person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class VisitReason(StrEnum):
    """Why somebody has to go."""

    POLICY = "policy"
    """The level, or the scam type (R25), asks for it with the alert."""
    NOT_REACHED = "not_reached"
    """The warning did not succeed in time (R21)."""
    WANTS_OFFICER = "wants_officer"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class VisitOrder:
    """At most one per warning (R21)."""

    id: str
    warning_id: str
    case_id: str
    reason: VisitReason
    ordered_at: datetime
    deadline_at: datetime
    """By when the officer has met the resident."""
    met_at: datetime | None = None
