"""One phrase of the phrasebook: its wordings, and what it says about a call."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from contracts.evidence import Speaker, Stage
from contracts.taxonomy import ScamType

SLOT = "…"
"""Stands in a wording for up to eight syllables of anything: 转到…账户."""

STAGES_OF_PHRASES = tuple(stage for stage in Stage if stage is not Stage.DICTION)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _check_day(value: object) -> object:
    # Else a bare number would be taken for seconds since 1970.
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("a date is written like 2026-03-01")
    return value


def _check_stage(stage: Stage) -> Stage:
    if stage not in STAGES_OF_PHRASES:
        raise ValueError("diction is no stage of phrases")
    return stage


Wording = Annotated[str, Field(min_length=1, max_length=100)]


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
    wordings: Annotated[tuple[Wording, ...], Field(min_length=1, max_length=50)]
    type: ScamType | None = None
    """None: said in scams of many types, so it speaks for whichever the rest points to."""
    stage: Annotated[Stage, AfterValidator(_check_stage)]
    speaker: Speakers = Speakers.CALLER
    weight: Annotated[float, Field(gt=0, le=5)]
    """Log-odds that a perfect match adds; for protective phrases, takes away."""
    since: Annotated[date, BeforeValidator(_check_day)] | None = None
    """The day from which the script was heard or the phrase was added; None: not known."""
    source: Annotated[str, Field(max_length=200)] = ""
    """Where it was learnt: a notice of the police, a case, a report."""
    note: Annotated[str, Field(max_length=500)] = ""
