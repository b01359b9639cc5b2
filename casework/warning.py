"""The duty to warn one resident, as values: what it knows and which phase it is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from casework.plan import Plan
from contracts.taxonomy import RiskLevel, ScamType


class Phase(StrEnum):
    """Where a warning stands."""

    WAITING_FOR_CALL_END = "waiting_for_call_end"
    DUE = "due"
    """An attempt is planned; any node may lease it."""
    DIALLING = "dialling"
    """A node holds the lease."""
    WAITING = "waiting"
    """The last attempt failed; the redial's time has not come."""
    SUCCEEDED = "succeeded"
    EXHAUSTED = "exhausted"
    """No further call will be placed; a person has it, or will have it at the deadline."""


@dataclass(frozen=True, slots=True)
class ResidentWarning:
    """One warning; a resident has at most one live one, later alerts join it."""

    id: str
    resident_id: str
    case_id: str | None
    """None for a low warning that has not failed."""
    scam_type: ScamType
    level: RiskLevel
    plan: Plan
    phase: Phase
    opened_at: datetime
    """The alert's time: the anchor of the deadlines."""
    deadline_at: datetime | None
    """By when the warning must have succeeded, else somebody visits; None: never by itself."""
    meet_by: datetime
    """By when an officer has met the resident, where a visit is ordered."""
    live_calls: tuple[str, ...] = ()
    """Suspect calls that are still going on."""
    wake_at: datetime | None = None
    """When the phase ends by itself: the call has lasted too long, the redial, the end of the lease."""
    attempts: int = 0
    """Attempts planned so far; the number of the newest."""
    redials_used: int = 0
    interruptions: int = 0
    """Attempts in a row whose node vanished."""
    not_before: datetime | None = None
    """Earliest time of the next attempt, by the plan's spacing."""
    open_attempt: int | None = None
    """The attempt that is planned or dialling."""
    fence: int = 0
    """Grows with each lease; a report with an older fence is void."""
    visit_ordered: bool = False

    @property
    def is_live(self) -> bool:
        """Whether something is still to be done, so that a later alert joins it."""
        if self.phase is Phase.EXHAUSTED:
            return self.deadline_at is not None and not self.visit_ordered
        return self.phase is not Phase.SUCCEEDED

    @property
    def next_action_at(self) -> datetime | None:
        """When the due-work loop must look at it; None: it waits for somebody else."""
        times = [self.wake_at] if self.wake_at else []
        if self.is_live and not self.visit_ordered and self.deadline_at:
            times.append(self.deadline_at)
        return min(times, default=None)
