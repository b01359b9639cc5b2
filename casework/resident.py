"""The person who consented to be protected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.phone import PhoneNumber


@dataclass(frozen=True, slots=True)
class Resident:
    """An enrolled resident (R1)."""

    id: str
    number: PhoneNumber
    name: str
    district: str = ""
    delivery_route: str | None = None
    """SIP URI on which the resident really rings; None: the trunk's default route."""
    high_risk: bool = False
    """R15: lowers the alert threshold and raises priority."""
    consent_version: str = ""
    consented_at: datetime | None = None
