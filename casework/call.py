"""One screened or passed call, as the node told it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.node_api import NoteKind
from contracts.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Call:
    """The record every call leaves, alerted or not; it holds no text."""

    id: str
    node: str
    trunk: str
    caller_raw: str
    """As presented by the trunk."""
    caller: str | None
    """Normalised; None where anonymous or unusable."""
    called: str
    resident_id: str | None
    verdict: Verdict | None
    degraded: bool
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    cause: str | None = None
    """Who or what ended it."""
    sip_code: int | None = None


@dataclass(frozen=True, slots=True)
class CallNote:
    """Something that happened to a call and belongs on its timeline."""

    call_id: str
    kind: NoteKind
    detail: str
    at: datetime
