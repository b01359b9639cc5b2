"""What became of an attempt to warn somebody: what the network and the person did."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """A way to reach a resident (R23)."""

    WHISPER = "whisper"
    VOICE = "voice"
    SMS = "sms"
    OFFICER = "officer"


class Outcome(StrEnum):
    """How an attempt ended. Answered is not success (R30)."""

    # the network
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    INVALID_NUMBER = "invalid_number"
    SUSPENDED = "suspended"
    FORWARDED = "forwarded"
    MACHINE = "machine"
    FAILED = "failed"
    """Our side could not place or hold the call."""
    INTERRUPTED = "interrupted"
    """The node vanished while the attempt was running: nobody knows how it ended."""
    # the person
    ACKNOWLEDGED = "acknowledged"
    WANTS_OFFICER = "wants_officer"
    PAID = "paid"
    HUNG_UP_EARLY = "hung_up_early"
    SILENT = "silent"
    REFUSES = "refuses"
    DENIES = "denies"
    CLAIMS_BUSY = "claims_busy"
    DISTRUSTS = "distrusts"

    @property
    def is_success(self) -> bool:
        """Only an acknowledgement warns somebody; an officer's disposition is judged by the officer."""
        return self is Outcome.ACKNOWLEDGED
