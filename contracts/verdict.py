"""The judgement on a number before the call is answered, and the rules walked to reach it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Action(StrEnum):
    """What is done with a call, the mildest first."""

    PASS = "pass"  # noqa: S105 (not a password)
    INDICATE = "indicate"
    MONITOR = "monitor"
    DIVERT = "divert"
    REJECT = "reject"


SEVERITY = {action: place for place, action in enumerate(Action)}
"""Actions by how much they take from the caller."""


class RuleStep(BaseModel):
    """One rule of the chain, in the order walked."""

    model_config = ConfigDict(frozen=True)

    rule: str
    matched: bool
    entry: str | None = None
    """Id of the list entry that matched."""
    list: str | None = None
    """Name of the list the entry stands in."""
    version: int | None = None
    """Version of that list."""
    action: Action | None = None
    """What the rule asks for; None where it only adds to the risk, or did not match."""
    shadow: bool = False
    """The action was recorded and not done."""
    reason: str | None = None


class Verdict(BaseModel):
    """What to do with a call from this number to this resident, and why (R47)."""

    model_config = ConfigDict(frozen=True)

    action: Action
    number_risk: float
    """0 (nothing known) to 1 (certainly bad)."""
    rules: tuple[RuleStep, ...]
    list_version: str
    """Release of the number lists it rests on."""
