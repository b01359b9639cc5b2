"""A suspicion about one call or report, from whichever source (R4 to R6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.taxonomy import RiskLevel, ScamType

SCREENING = "screening"
"""The source name of our own call screening."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert; `source` and `source_ref` together are unique (R4)."""

    id: str
    source: str
    source_ref: str
    resident_id: str
    call_id: str | None
    caller: str | None
    scam_type: ScamType
    level: RiskLevel
    number_risk: float
    """0 to 1."""
    dialogue_risk: float
    """Log-odds."""
    call_started_at: datetime
    first_word_at: datetime | None
    """When the caller's first recognised word began."""
    phrase_ended_at: datetime
    """When the last matched word ended, by the recogniser's times."""
    listening_since: datetime
    """Zero of all ms offsets in evidence and transcript."""
    detected_at: datetime
    """By the node's clock."""
    received_at: datetime
    """By the database's clock, in the transaction that stored it (R7)."""
    phrasebook_version: int | None = None
    """What the call was judged by; 0 is the original. None: the node did not tell."""
    warning_id: str | None = None
    case_id: str | None = None
    """None for a low alert whose warning has not failed."""
