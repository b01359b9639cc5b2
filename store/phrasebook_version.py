"""A version of the phrasebook: prepared by one person, released by another, or discarded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from contracts.errors import ConflictError
from store.list_version import VersionState

ORIGINAL = 0
"""The version that nobody prepared: the shipped phrasebook, or the file of the setting api.phrasebook."""


class PhrasebookSecondPersonError(ConflictError):
    """Whoever prepared this phrasebook may not release it as well; another person must."""

    code: ClassVar[str] = "phrasebook.second_person"


class StalePhrasebookError(ConflictError):
    """Another phrasebook has come into force since this one was prepared; prepare it again on that one."""

    code: ClassVar[str] = "phrasebook.stale"


class UnchangedPhrasebookError(ConflictError):
    """The text is the one in force; there is nothing to prepare."""

    code: ClassVar[str] = "phrasebook.unchanged"


@dataclass(frozen=True, slots=True)
class PhrasebookVersion:
    """One state of the phrasebook, named by its number; its text is read apart."""

    n: int
    state: VersionState
    label: str
    """What its text calls itself under `version:`."""
    based_on: int
    """The version in force when it was prepared."""
    based_on_sha256: str
    """Of that version's text: a newer service may ship another original."""
    restores: int | None
    """The version whose text a rollback brings back."""
    sha256: str
    """Of its text in UTF-8."""
    note: str
    """Why it was made."""
    phrases: int
    added: int
    """Phrases the version it is based on did not have; likewise the next two."""
    removed: int
    changed: int
    prepared_by: str
    prepared_at: datetime
    decided_by: str | None
    """Who released or discarded it."""
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class PhrasebookInForce:
    """What nodes judge by."""

    version: int
    text: str
    """YAML."""
    sha256: str
    """Of the text in UTF-8."""
