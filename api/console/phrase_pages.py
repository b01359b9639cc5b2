"""The phrasebook to be read: its phrases searched, and its versions with what each changes."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.console.list_wording import DONE
from api.console.login_pages import ThePages
from api.console.pages import Pages
from api.context import Context
from api.identity import Person, TheContext, ThePerson
from api.phrasebook_view import PhrasebookView, PhraseSearch
from contracts.evidence import Stage
from contracts.taxonomy import ScamType
from screening.phrase import STAGES_OF_PHRASES
from screening.phrasebook_diff import PhrasebookDiff
from store.list_version import VersionState
from store.phrasebook_version import PhrasebookVersion
from store.phrasebooks import phrasebook_diff, phrasebook_in_force, phrasebook_versions

router = APIRouter(prefix="/console/phrases", include_in_schema=False)

ON_A_PAGE = 60
MOST_WAITING = 10
"""Versions that await release and are shown with all they change."""


class Asked(BaseModel):
    """Which phrases of which version are to be shown; stands in the address."""

    model_config = ConfigDict(frozen=True)

    version: int | None = Field(default=None, ge=0, le=2**31 - 1)
    """None: the one in force."""
    q: str = Field(default="", max_length=100)
    type: ScamType | Literal["", "any"] = ""
    """`any` are those that speak for no type alone."""
    stage: Stage | Literal[""] = ""
    page: int = Field(default=1, ge=1, le=1000)

    @property
    def search(self) -> PhraseSearch:
        """What is looked for."""
        kind = self.type if isinstance(self.type, ScamType) else None
        stage = self.stage if isinstance(self.stage, Stage) else None
        return PhraseSearch(self.q, kind, any_type=self.type == "any", stage=stage)

    def address(self, page: int) -> str:
        """Return the address of another page of the same search."""
        values = self.model_dump(mode="json", exclude_defaults=True) | {"page": page}
        return f"/console/phrases?{urlencode(values)}"


@router.get("")
def phrases(
    person: ThePerson, context: TheContext, pages: ThePages, asked: Annotated[Asked, Query()]
) -> Response:
    """Show the phrases of a version that fit a search."""
    view = PhrasebookView.open(context, asked.version)
    found = tuple(asked.search.of(view.book))
    return pages.render(
        "phrases.html",
        person,
        section="phrases",
        view=view,
        found=found[ON_A_PAGE * (asked.page - 1) : ON_A_PAGE * asked.page],
        count=len(found),
        last_page=max(1, -(-len(found) // ON_A_PAGE)),
        asked=asked,
        types=tuple(ScamType),
        stages=STAGES_OF_PHRASES,
        may_change=person.role.may_change_lists,
    )


@router.get("/versions")
def versions(person: ThePerson, context: TheContext, pages: ThePages, done: str = "") -> Response:
    """Show who made, released and discarded which version; `done` names what its reader has just done."""
    return versions_page(context, pages, person, done=DONE.get(done, ""))


def versions_page(
    context: Context, pages: Pages, person: Person, *, done: str = "", fault: str = "", status: int = 200
) -> Response:
    """Return the page of the versions, those that await release with their changes."""
    original = context.rulebook.original_phrasebook
    with context.store.reading() as connection:
        found = phrasebook_versions(connection)
        pending = [version for version in found if version.state is VersionState.PENDING][:MOST_WAITING]
        waiting: list[tuple[PhrasebookVersion, PhrasebookDiff]] = [
            (version, phrasebook_diff(connection, version.n, original)) for version in pending
        ]
        in_force = phrasebook_in_force(connection, original).version
    return pages.render(
        "phrase_versions.html",
        person,
        status=status,
        section="phrases",
        versions=found,
        waiting=waiting,
        in_force=in_force,
        may_change=person.role.may_change_lists,
        done=done,
        fault=fault,
    )
