"""What the policy decided for one warning, kept with it so that a later policy changes nothing under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from contracts.taxonomy import RiskLevel


@dataclass(frozen=True, slots=True)
class VoicePlan:
    """How the automatic call is placed and repeated."""

    ring_seconds: float
    """How long it may ring before it counts as no answer."""
    key_seconds: float
    """How long to wait for a key after the prompt."""
    redials: tuple[timedelta, ...]
    """Time from one failed attempt to the next; as many redials as there are entries."""
    wait_for_call_end: timedelta
    """How long the suspect call is waited for before the resident is dialled all the same."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One warning's channels and deadlines (R21, R24)."""

    policy: str
    """Version of the policy it came from."""
    level: RiskLevel
    voice: VoicePlan
    visit_after: timedelta | None
    """From the alert; zero: with the alert; None: only when asked for."""
    meet_within: timedelta
    """From the alert to the officer's meeting the resident (R21)."""
    feedback_within: timedelta
    """From the resident's acknowledgement to the case's feedback (R36)."""
