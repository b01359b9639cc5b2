"""What was said and what of it counts: transcript lines, matches with spans and times, levels."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from contracts.taxonomy import ScamType


class Speaker(StrEnum):
    """Who spoke: the party that called in, or the resident."""

    CALLER = "caller"
    RESIDENT = "resident"


class Stage(StrEnum):
    """Stages of a scam script, and contexts that speak against one."""

    APPROACH = "approach"
    HOOK = "hook"
    ISOLATION = "isolation"
    ASK = "ask"
    PROTECTIVE = "protective"
    DICTION = "diction"
    """How the call is worded as a whole: of no phrase."""


class Context(StrEnum):
    """How a phrase was meant: only what is said in earnest speaks for or against a scam."""

    PLAIN = "plain"
    DENIED = "denied"
    """Forbidden or said not to be: 不要转账."""
    QUOTED = "quoted"
    """Told of others: 骗子会说, 凡是…都是诈骗."""


class Line(BaseModel):
    """One final utterance of one speaker."""

    model_config = ConfigDict(frozen=True)

    speaker: Speaker
    text: str
    """Characters as recognised, without spaces."""
    start_ms: int
    """From the start of listening on this call, ms."""
    end_ms: int


class Evidence(BaseModel):
    """One phrase found in one utterance, or (stage diction) how the call is worded as a whole.

    Diction stands nowhere in particular: its span and times are 0, its text names the pieces that weigh most.
    """

    model_config = ConfigDict(frozen=True)

    phrase_id: str
    wording: str
    """The wording that matched, with the words said of its classes; empty for diction."""
    text: str
    """What was heard in its place, 255 characters at most."""
    speaker: Speaker
    stage: Stage
    scam_type: ScamType | None
    """None for a phrase that speaks for no type alone."""
    score: float
    """Similarity, 0 to 100."""
    contribution: float
    """What it adds to the risk, log-odds."""
    span: tuple[int, int]
    """First character and one past the last, in the utterance's text."""
    start_ms: int
    """From the start of listening on this call, ms."""
    end_ms: int
    context: Context = Context.PLAIN
    """Anything but plain contributes nothing."""
    cue: str = ""
    """The words beside it, normalised, that tell its context; empty where it is plain."""
