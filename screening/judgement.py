"""What a screened call amounts to after one more recognised result."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.evidence import Evidence, Line
from contracts.taxonomy import RiskLevel, ScamType


@dataclass(frozen=True, slots=True)
class Judgement:
    """Level, type and risk of the call so far, with all the evidence they rest on."""

    level: RiskLevel
    scam_type: ScamType | None
    """None where nothing was found."""
    risk: float
    """Log-odds of the leading type."""
    evidence: tuple[Evidence, ...]
    """All that counts so far for the leading type, in the order heard, protective phrases included."""
    line_evidence: tuple[Evidence, ...]
    """Matches in this result; a contribution of 0 means that it does not count (yet)."""
    transcript: tuple[Line, ...]
    """Final utterances so far."""
    phrase_ended_ms: int | None
    """End of the words that count last, ms of call time: of a phrase, or of the latest result where none of
    it counts and the wording of the call speaks for fraud; None without evidence."""
