"""What an admin orders of a version of the phrasebook: released, discarded, rolled back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api.console.faults import told
from api.console.login_pages import ThePages
from api.console.pages import Pages
from api.console.phrase_pages import versions_page
from api.context import Context
from api.identity import Person, TheContext, ThePerson
from contracts.errors import BadInputError, ConflictError, NotFoundError
from store.phrasebook_release import discard_phrasebook, release_phrasebook, roll_back_phrasebook
from store.phrasebook_version import PhrasebookVersion

router = APIRouter(prefix="/console/phrases/versions", include_in_schema=False)

Csrf = Annotated[str, Form(max_length=200)]


@router.post("/{n}/release")
def release(n: int, person: ThePerson, context: TheContext, pages: ThePages, csrf: Csrf = "") -> Response:
    """Put a prepared version in force for calls that begin from now on."""

    def do(original: str) -> PhrasebookVersion:
        alone = context.settings.single_admin
        return release_phrasebook(context.store, n, original=original, by=person.name, single_admin=alone)

    return _done(context, pages, person, csrf, do, "released")


@router.post("/{n}/discard")
def discard(n: int, person: ThePerson, context: TheContext, pages: ThePages, csrf: Csrf = "") -> Response:
    """Give a prepared version up."""

    def do(_original: str) -> PhrasebookVersion:
        return discard_phrasebook(context.store, n, by=person.name)

    return _done(context, pages, person, csrf, do, "discarded")


@router.post("/{n}/rollback")
def roll_back(n: int, person: ThePerson, context: TheContext, pages: ThePages, csrf: Csrf = "") -> Response:
    """Prepare a version with the text of an earlier one."""

    def do(original: str) -> PhrasebookVersion:
        return roll_back_phrasebook(context.store, n, original=original, by=person.name)

    return _done(context, pages, person, csrf, do, "prepared")


def _done(
    context: Context,
    pages: Pages,
    person: Person,
    csrf: str,
    do: Callable[[str], PhrasebookVersion],
    word: str,
) -> Response:
    person.check_list_keeper()
    person.check_form(csrf)
    try:
        do(context.rulebook.original_phrasebook)
    except (BadInputError, ConflictError, NotFoundError) as error:
        return versions_page(context, pages, person, **told(error))
    return RedirectResponse(f"/console/phrases/versions?done={word}", status_code=303)
