"""What a test phone is told to do, and what it tells of."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict

PRESS_AFTER_S = 24.0
"""After the answer: the warning has been heard, the keys are being explained."""


class _Script(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    sip_port: int
    rtp_port: int
    rtp_ports: int = 64
    record: Path | None = None
    """Folder for what is heard: caller.wav, resident-1.wav, resident-2.wav, ..."""


class CallerScript(_Script):
    """Dial, play a recording, hang up when it is over."""

    targets: tuple[str, ...]
    """SIP URIs tried in order: the next one where a target is full, down or silent."""
    number: str
    """What is shown as caller."""
    wav: Path
    tail_s: float = 0.5
    """How long to stay on after the recording."""


class WarningManners(StrEnum):
    """What the resident does when the warning call comes."""

    PRESS = "press"
    SILENT = "silent"
    """Answers, listens, presses nothing."""
    RING_OUT = "ring_out"
    ANNOUNCE = "announce"
    """The network's part: plays its announcement in early media, then clears the call with 480."""


class ResidentScript(_Script):
    """Answer calls: the first caller hears a recording, a warning call gets its manners."""

    wav: Path
    answer_after_s: float = 1.0
    warning: WarningManners = WarningManners.PRESS
    announcement: Path | None = None
    """What ANNOUNCE plays."""
    digit: str = "1"
    press_after_s: float = PRESS_AFTER_S


class PhoneEvent(BaseModel):
    """One line of a phone's standard output, as JSON."""

    model_config = ConfigDict(frozen=True)

    event: str
    """listening, dialling, invite, answered, pressed, gone, failed"""
    at: float
    """Seconds since the epoch."""
    status: int = 0
    """SIP status of `gone` and `failed`."""
    attempt: str | None = None
    """Id of the warning attempt this INVITE bears."""
    detail: str = ""
