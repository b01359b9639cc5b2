"""A resident's case and its six stages (R35)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.taxonomy import RiskLevel, ScamType


class CaseStage(StrEnum):
    """The six stages, in order."""

    RECEIVED = "received"
    ASSESSED = "assessed"
    VERIFIED = "verified"
    MET = "met"
    FEEDBACK = "feedback"
    REFORM = "reform"

    @property
    def label(self) -> str:
        """The stage's name as the police write it."""
        return _LABELS[self]


_LABELS = {
    CaseStage.RECEIVED: "指令接收",
    CaseStage.ASSESSED: "快速研判",
    CaseStage.VERIFIED: "精准核查",
    CaseStage.MET: "见面劝阻",
    CaseStage.FEEDBACK: "结果反馈",
    CaseStage.REFORM: "推动整治",
}


@dataclass(frozen=True, slots=True)
class Case:
    """What people work on until the resident is safe; one open case per resident."""

    id: str
    resident_id: str
    stage: CaseStage
    scam_type: ScamType
    level: RiskLevel
    """The highest level any of its warnings reached; a resident who has paid makes it high."""
    opened_at: datetime
    deadline_at: datetime | None
    """When the next duty of this case ends: reach by voice, meet, or report back."""
    owner: str | None = None
    disposition: str | None = None
    closed_at: datetime | None = None
    version: int = 1
    """Optimistic lock: grows with each change."""


@dataclass(frozen=True, slots=True)
class StageEntry:
    """A case entered a stage: when, and by whose hand (R36)."""

    case_id: str
    stage: CaseStage
    at: datetime
    actor: str
