"""The phrasebook for programs: in force, versions with their diffs, prepared, released, rolled back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.entity_tag import etag_header, is_known
from api.identity import TheContext, TheListKeeper, ThePerson
from screening.phrasebook_diff import PhrasebookDiff
from screening.phrasebook_yaml import LARGEST_BYTES
from store.phrasebook_release import (
    LONGEST_NOTE,
    discard_phrasebook,
    prepare_phrasebook,
    release_phrasebook,
    roll_back_phrasebook,
)
from store.phrasebook_version import PhrasebookInForce, PhrasebookVersion
from store.phrasebooks import (
    find_phrasebook,
    phrasebook_diff,
    phrasebook_in_force,
    phrasebook_text,
    phrasebook_versions,
)

router = APIRouter(prefix="/phrasebook", tags=["phrasebook"])


class NewPhrasebook(BaseModel):
    """A phrasebook as it is to be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(max_length=LARGEST_BYTES)
    """YAML of the form that `GET /phrasebook` returns."""
    note: str = Field(default="", max_length=LONGEST_NOTE)
    """Why it is made."""
    based_on: int | None = Field(default=None, ge=0)
    """The version it was edited from; it is refused where another is in force by now. None: not asked."""


class PhrasebookVersionView(BaseModel):
    """One version with its text and with what it changes."""

    version: PhrasebookVersion
    text: str
    diff: PhrasebookDiff
    """Against the version it is based on."""
    lines: tuple[str, ...]
    """The same for people."""


@router.get("", operation_id="read_phrasebook", response_model=PhrasebookInForce)
def read_phrasebook(
    person: ThePerson, context: TheContext, response: Response, if_none_match: Annotated[str, Header()] = ""
) -> PhrasebookInForce | Response:
    """Return the phrasebook that new calls are judged by; 304 for a known one (RFC 9110 13.1.2)."""
    del person
    with context.store.reading() as connection:
        found = phrasebook_in_force(connection, context.rulebook.original_phrasebook)
    tag = f"{found.version}-{found.sha256[:16]}"
    if is_known(if_none_match, tag):
        return Response(status_code=304, headers=etag_header(tag))
    response.headers.update(etag_header(tag))
    return found


@router.get("/versions", operation_id="list_phrasebook_versions")
def versions(person: ThePerson, context: TheContext) -> tuple[PhrasebookVersion, ...]:
    """Return the latest hundred versions in whatever state, the newest first."""
    del person
    with context.store.reading() as connection:
        return phrasebook_versions(connection)


@router.post("/versions", operation_id="prepare_phrasebook", status_code=201)
def prepare(asked: NewPhrasebook, person: TheListKeeper, context: TheContext) -> PhrasebookVersion:
    """Prepare a version; one that cannot be used is refused with all its faults by line."""
    return prepare_phrasebook(
        context.store,
        asked.text,
        original=context.rulebook.original_phrasebook,
        by=person.name,
        note=asked.note,
        based_on=asked.based_on,
    )


@router.get("/versions/{n}", operation_id="read_phrasebook_version")
def version(n: int, person: ThePerson, context: TheContext) -> PhrasebookVersionView:
    """Return one version: who prepared and released it, its text, what it changes."""
    del person
    original = context.rulebook.original_phrasebook
    with context.store.reading() as connection:
        diff = phrasebook_diff(connection, n, original)
        return PhrasebookVersionView(
            version=find_phrasebook(connection, n),
            text=phrasebook_text(connection, n, original),
            diff=diff,
            lines=diff.lines,
        )


@router.post("/versions/{n}/release", operation_id="release_phrasebook")
def release(n: int, person: TheListKeeper, context: TheContext) -> PhrasebookVersion:
    """Put a version in force for calls that begin from now on; another person than its preparer does so."""
    return release_phrasebook(
        context.store,
        n,
        original=context.rulebook.original_phrasebook,
        by=person.name,
        single_admin=context.settings.single_admin,
    )


@router.post("/versions/{n}/discard", operation_id="discard_phrasebook")
def discard(n: int, person: TheListKeeper, context: TheContext) -> PhrasebookVersion:
    """Give a prepared version up."""
    return discard_phrasebook(context.store, n, by=person.name)


@router.post("/versions/{n}/rollback", operation_id="roll_back_phrasebook", status_code=201)
def roll_back(n: int, person: TheListKeeper, context: TheContext) -> PhrasebookVersion:
    """Prepare a version with the text of an earlier one, 0 for the original; it awaits its release."""
    original = context.rulebook.original_phrasebook
    return roll_back_phrasebook(context.store, n, original=original, by=person.name)
