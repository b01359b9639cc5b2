"""A telephone number as presented in signalling, normalised once and compared by subscriber."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class NumberKind(StrEnum):
    """What the digits are. Anonymous and unusable numbers are values, not errors."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SHORT_CODE = "short_code"
    """110, 96110, 95588 and their like; not E.164."""
    SERVICE = "service"
    """400, 800 and longer 95/96 numbers."""
    FOREIGN = "foreign"
    ANONYMOUS = "anonymous"
    UNUSABLE = "unusable"
    """Too short, too long or not digits at all."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """One number; two written forms of one subscriber are equal.

    `value` is E.164 with its plus sign, the digits of a short code or service number, or empty where
    `kind` is anonymous or unusable. `raw` is what was presented: the prefix itself is evidence.
    """

    value: str
    kind: NumberKind
    raw: str = field(compare=False, default="")

    def __str__(self) -> str:
        return self.value or self.kind.value
