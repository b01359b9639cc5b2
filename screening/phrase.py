"""One phrase of the phrasebook: its wordings, and what it says about a call."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from contracts.evidence import Speaker, Stage
from contracts.taxonomy import ScamType

SLOT = "…"
"""Stands in a wording for up to eight syllables of anything: 转到…账户."""


class Speakers(StrEnum):
    """Whose words count."""

    CALLER = "caller"
    RESIDENT = "resident"
    ANY = "any"

    def include(self, speaker: Speaker) -> bool:
        """Tell whether this speaker's words count."""
        return self is Speakers.ANY or self.value == speaker.value


class Phrase(BaseModel):
    """One thing said in scam calls (or against them), in all wordings that mean it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=80)]
    wordings: Annotated[tuple[str, ...], Field(min_length=1, max_length=50)]
    type: ScamType | None = None
    """None: said in scams of many types, so it speaks for whichever the rest points to."""
    stage: Stage
    speaker: Speakers = Speakers.CALLER
    weight: Annotated[float, Field(gt=0, le=5)]
    """Log-odds that a perfect match adds; for protective phrases, takes away."""
    note: str = ""
