"""What an admin does to a number list in the console; faults are told beside the forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from api.console.list_page import BLANK, ListPage, PreviewView
from api.console.login_pages import ThePages
from api.identity import Person, TheContext, ThePerson
from api.list_imports import ListImports, TheImports
from api.list_views import plan_view
from blacklists.importing.cell import LONGEST_CATEGORY
from blacklists.pattern import parse_pattern
from contracts.errors import BadInputError, ChangmaoError, ConflictError, NotFoundError
from contracts.number_list import EntryKind
from contracts.verdict import Action
from store.list_entry import LONGEST_TEXT, NewEntry, add_entry, remove_entry
from store.list_release import discard, release
from store.list_rollback import rollback
from store.list_version import Version, VersionState
from store.list_versions import find_version

router = APIRouter(prefix="/console/lists", include_in_schema=False)

LONGEST_FILE_NAME = 200

_WORDS = {
    VersionState.PENDING: "prepared",
    VersionState.RELEASED: "released",
    VersionState.DISCARDED: "discarded",
    VersionState.PLANNING: "",
}
"""What is said once it is done."""

Csrf = Annotated[str, Form(max_length=200)]


class EntryForm(BaseModel):
    """One number and what the list is to say of it."""

    model_config = ConfigDict(frozen=True)

    number: str = Field(default="", max_length=100)
    category: str = Field(default="", max_length=LONGEST_CATEGORY)
    action: Action = Action.MONITOR
    note: str = Field(default="", max_length=LONGEST_TEXT)
    csrf: str = Field(default="", max_length=200)


def the_page(name: str, context: TheContext, pages: ThePages, person: ThePerson) -> ListPage:
    """Return the page of the list that an order is for; ForbiddenError for those who may only look."""
    person.check_list_keeper()
    return ListPage(context, pages, person, name)


ThePage = Annotated[ListPage, Depends(the_page)]


@router.post("/{name}/imports")
async def preview(request: Request, page: ThePage, imports: TheImports) -> Response:
    """Show what a file would change; it is kept for an hour to be imported."""
    try:
        async with request.form(max_files=1, max_fields=5) as form:
            return await run_in_threadpool(_preview, page, imports, form)
    except HTTPException as error:
        if error.status_code != 413:
            raise
        most = page.context.settings.max_import_bytes // 2**20
        return await run_in_threadpool(page.refused, f"文件超过 {most} MB，请在命令行导入。", 413)


@router.post("/{name}/prepared")
def prepare(
    page: ThePage,
    imports: TheImports,
    word: Annotated[str, Form(max_length=200)],
    file_name: Annotated[str, Form(max_length=LONGEST_FILE_NAME)] = "",
    csrf: Csrf = "",
) -> Response:
    """Prepare a version from the file that was previewed."""

    def do(person: Person) -> Version | None:
        with imports.uploads.taken(word, person.session_token) as file:
            return imports.prepare(page.name, file, origin=file_name or "console", by=person.name).version

    return _done(page, csrf, do)


@router.post("/{name}/versions/{n}/release")
def release_version(n: int, page: ThePage, csrf: Csrf = "") -> Response:
    """Put a prepared version in force."""

    def do(person: Person) -> Version:
        _check_own(page, n)
        alone = page.context.settings.single_admin
        return release(page.context.store, n, by=person.name, single_admin=alone)

    return _done(page, csrf, do)


@router.post("/{name}/versions/{n}/discard")
def discard_version(n: int, page: ThePage, csrf: Csrf = "") -> Response:
    """Give a prepared version up."""

    def do(person: Person) -> Version:
        _check_own(page, n)
        return discard(page.context.store, n, by=person.name)

    return _done(page, csrf, do)


@router.post("/{name}/rollback")
def roll_back(page: ThePage, version: Annotated[int, Form(ge=0)], csrf: Csrf = "") -> Response:
    """Prepare a version that brings the list back to what it was."""
    return _done(
        page,
        csrf,
        lambda person: rollback(page.context.store, version, by=person.name, list_name=page.name),
    )


@router.post("/{name}/entries")
def add(page: ThePage, asked: Annotated[EntryForm, Form()]) -> Response:
    """Add one number to the list, or change what the list says of it."""

    def do(person: Person) -> Version | None:
        pattern = parse_pattern(asked.number, EntryKind.EXACT)
        entry = NewEntry(pattern, asked.category.strip(), asked.action, note=asked.note.strip())
        alone = page.context.settings.single_admin
        return add_entry(page.context.store, page.name, entry, by=person.name, single_admin=alone)

    return _done(replace(page, form=asked.model_dump(exclude={"csrf"})), asked.csrf, do)


@router.post("/{name}/entries/removal")
def remove(page: ThePage, number: Annotated[str, Form(max_length=100)] = "", csrf: Csrf = "") -> Response:
    """Take one number off the list."""

    def do(person: Person) -> Version:
        pattern = parse_pattern(number, EntryKind.EXACT)
        alone = page.context.settings.single_admin
        return remove_entry(page.context.store, page.name, pattern, by=person.name, single_admin=alone)

    return _done(replace(page, form=BLANK | {"number": number}), csrf, do)


def _preview(page: ListPage, imports: ListImports, form: FormData) -> Response:
    page.person.check_form(str(form.get("csrf", "")))
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return page.refused("请先选择文件。", 422)
    name = file.filename[:LONGEST_FILE_NAME]
    with imports.uploads.copied(file.file) as path:
        try:
            found = imports.preview(page.name, path, name)
        except ChangmaoError as error:
            return page.faulty(error)
        word = imports.uploads.keep(path, page.person.session_token)
    return page.shown(preview=PreviewView(word, name, found.format, found.encoding, plan_view(found.plan)))


def _check_own(page: ListPage, n: int) -> None:
    # Whoever presses a button on a list's page has seen that list's version.
    with page.context.store.reading() as connection:
        if find_version(connection, n).list != page.name:
            raise NotFoundError(f"version {n}: is of another list; open that one")


def _done(page: ListPage, csrf: str, do: Callable[[Person], Version | None]) -> Response:
    """Do it and show the list anew, or its page with what went wrong."""
    page.person.check_form(csrf)
    try:
        version = do(page.person)
    except (BadInputError, ConflictError, NotFoundError) as error:
        return page.faulty(error)
    word = _WORDS[version.state] if version else "unchanged"
    return RedirectResponse(f"/console/lists/{quote(page.name, safe='')}?done={word}", status_code=303)
