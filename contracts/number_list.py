"""Number lists as all rooms speak of them: what kinds there are, and what an entry says."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from contracts.verdict import Action


class ListKind(StrEnum):
    """Which rule of the chain a list feeds."""

    PROTECTED = "protected"
    """Codes nobody may imitate, beside those the service knows by itself."""
    ALLOW = "allow"
    HARD = "hard"
    """Its entries are acted on as written."""
    SCORE = "score"
    """Its entries make a call worth listening to, never more."""


class EntryKind(StrEnum):
    """Which numbers an entry covers."""

    EXACT = "exact"
    PREFIX = "prefix"
    RANGE = "range"


class NumberList(BaseModel):
    """A list and its place in the rule chain."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: ListKind
    precedence: int
    """Among lists of one kind the lower speaks first."""
    owner: str
    """Who answers for its contents: a unit, not a person."""
    version: int
    """The version in force; 0 where none was ever released."""


class ListEntry(BaseModel):
    """One entry of a number list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    list: str
    pattern: str
    """Canonical text of blacklists.pattern: a number, leading digits, or LOW..HIGH."""
    kind: EntryKind
    category: str
    action: Action
    shadow: bool = False
    """Recorded, not done."""
    valid_from: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
