"""The number lists for programs: versions, imports, releases, export, single numbers, look-up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.identity import TheContext, TheListKeeper, ThePerson
from api.list_imports import TheImports
from api.list_views import ImportView, ListView, VersionView, list_views, plan_view, version_view
from api.lookup import Lookup, look_up
from api.sent_once import SentOnce
from blacklists.importing.cell import LONGEST_CATEGORY
from blacklists.pattern import parse_pattern
from contracts.number_list import EntryKind, ListKind, NumberList
from contracts.verdict import Action
from screening.number_signs import TrunkFacts
from store.callee import find_callee
from store.list_entry import LONGEST_SOURCE, LONGEST_TEXT, NewEntry, add_entry, remove_entry
from store.list_release import discard, release
from store.list_rollback import rollback
from store.list_version import Version
from store.list_versions import versions
from store.lists import create_list, list_row

router = APIRouter(tags=["lists"])


MOST_PRECEDENCE = 1_000_000


class NewList(BaseModel):
    """A list as it is to be made, empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(max_length=80)
    """1 to 40 of a-z, 0-9, _ and -; it stands in addresses."""
    kind: ListKind
    precedence: int = Field(ge=0, le=MOST_PRECEDENCE)
    """Among lists of its kind the lower speaks first."""
    owner: str = Field(max_length=80)
    """The unit that answers for it."""


class RollbackOrder(BaseModel):
    """What a list is brought back to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = Field(ge=0)
    """The list as it was right after this version's release; 0: empty."""


class EntryOrder(BaseModel):
    """One number and what a list is to say of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str = Field(max_length=100)
    """In any written form."""
    category: str = Field(max_length=LONGEST_CATEGORY)
    action: Action = Action.MONITOR
    shadow: bool = False
    source: str = Field(default="", max_length=LONGEST_SOURCE)
    evidence: str = Field(default="", max_length=LONGEST_TEXT)
    note: str = Field(default="", max_length=LONGEST_TEXT)
    valid_from: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None
    review_at: AwareDatetime | None = None


class EntryAnswer(BaseModel):
    """The version that changes one number: released at once, or pending where another person must agree."""

    version: Version | None
    """None: the list says so already."""


@router.get("/lists", operation_id="list_number_lists")
def lists(person: ThePerson, context: TheContext) -> tuple[ListView, ...]:
    """Return every number list with its kind, precedence, owner, version in force and counts."""
    del person
    return list_views(context.store)


@router.post("/lists", operation_id="create_list", status_code=201)
def create(asked: NewList, person: TheListKeeper, context: TheContext) -> NumberList:
    """Make an empty list; who did so is recorded."""
    return create_list(
        context.store, asked.name, asked.kind, asked.precedence, asked.owner.strip(), by=person.name
    )


@router.get("/lists/lookup", operation_id="look_up_number")
def lookup(
    person: ThePerson,
    context: TheContext,
    number: Annotated[str, Query(max_length=1000)],
    *,
    trunk_domestic: bool = True,
    home_area: Annotated[str, Query(pattern=r"^(0?[1-9]\d{1,2})?$")] = "",
    to: Annotated[str, Query(max_length=100)] = "",
) -> Lookup:
    """Return what a call from a number would be judged now, with every rule on the way.

    `to` is the id or the number of the resident who is called; else somebody nothing is known of.
    """
    del person
    resident = find_callee(context.store, to, home_area) if to else None
    # A plus that was not written as %2B arrives as a space.
    asked = f"+{number[1:]}" if number.startswith(" ") else number
    trunk = TrunkFacts(domestic=trunk_domestic, home_area=home_area)
    unlisted = Action(context.rulebook.policy.in_call.unlisted_caller)
    return look_up(context.number_lists(), asked, trunk, resident, unlisted, context.clock.now())


@router.get("/lists/{name}/versions", operation_id="list_versions")
def list_versions(name: str, person: ThePerson, context: TheContext) -> tuple[Version, ...]:
    """Return the latest hundred versions of a list and all that await their release, the newest first."""
    del person
    with context.store.reading() as connection:
        return versions(connection, list_row(connection, name).list.name)


@router.get("/lists/{name}/export", operation_id="export_list", response_class=FileResponse)
def export(name: str, person: ThePerson, imports: TheImports) -> FileResponse:
    """Return the entries in force as CSV that an import takes back unchanged; no cell is a formula."""
    del person
    return SentOnce(imports.export(name), media_type="text/csv", filename=f"{name}.csv")


@router.post("/lists/{name}/entries", operation_id="add_entry", status_code=201)
def add(name: str, asked: EntryOrder, person: TheListKeeper, context: TheContext) -> EntryAnswer:
    """Add one number to a list, or change what the list says of it, by a version of its own."""
    entry = NewEntry(
        pattern=parse_pattern(asked.number, EntryKind.EXACT),
        **asked.model_dump(exclude={"number"}),
    )
    alone = context.settings.single_admin
    return EntryAnswer(version=add_entry(context.store, name, entry, by=person.name, single_admin=alone))


@router.delete("/lists/{name}/entries/{number}", operation_id="remove_entry")
def remove(name: str, number: str, person: TheListKeeper, context: TheContext) -> EntryAnswer:
    """End a list's entry of one number, by a version of its own."""
    pattern = parse_pattern(number, EntryKind.EXACT)
    alone = context.settings.single_admin
    return EntryAnswer(version=remove_entry(context.store, name, pattern, by=person.name, single_admin=alone))


@router.get("/versions/{n}", operation_id="read_version")
def version(n: int, person: ThePerson, context: TheContext) -> VersionView:
    """Return one version: counts, impact, what to look at, samples, who prepared and who released it."""
    del person
    with context.store.reading() as connection:
        return version_view(connection, n)


@router.get("/versions/{n}/rejects", operation_id="read_rejects", response_class=FileResponse)
def rejects(n: int, person: ThePerson, imports: TheImports) -> FileResponse:
    """Return the first thousand lines a version's import rejected, as CSV: line, reason, text."""
    del person
    return SentOnce(imports.rejects_of(n), media_type="text/csv", filename=f"rejects-{n}.csv")


@router.post("/lists/{name}/imports", operation_id="import_list", status_code=201)
async def import_list(
    name: str,
    request: Request,
    person: TheListKeeper,
    imports: TheImports,
    *,
    dry_run: bool = False,
    older: bool = False,
    file_name: Annotated[str, Query(max_length=200)] = "",
) -> ImportView:
    """Plan an import of the body (CSV, also gzip, or PhoneBlock JSON) and prepare a version of the list.

    A dry run writes nothing. Nothing changes in any list before the version's release. A file no newer than
    the one of its source that the list holds is refused, unless `older` asks for it.
    """
    origin = file_name or "api"
    async with imports.uploads.received(request.stream()) as file:
        if dry_run:
            found = await run_in_threadpool(imports.preview, name, file, origin, older=older)
            return ImportView(plan=plan_view(found.plan), version=None)
        prepared = await run_in_threadpool(
            imports.prepare, name, file, origin=origin, by=person.name, older=older
        )
        return ImportView(plan=plan_view(prepared.plan), version=prepared.version)


@router.post("/versions/{n}/release", operation_id="release_version")
def release_version(n: int, person: TheListKeeper, context: TheContext) -> Version:
    """Put a prepared version in force; a bulk, wide or milder change needs another person."""
    return release(context.store, n, by=person.name, single_admin=context.settings.single_admin)


@router.post("/versions/{n}/discard", operation_id="discard_version")
def discard_version(n: int, person: TheListKeeper, context: TheContext) -> Version:
    """Give a prepared version up."""
    return discard(context.store, n, by=person.name)


@router.post("/lists/{name}/rollback", operation_id="roll_back_list", status_code=201)
def roll_back(name: str, order: RollbackOrder, person: TheListKeeper, context: TheContext) -> Version:
    """Prepare a version that brings a list back to what it was; it awaits its release."""
    return rollback(context.store, order.version, by=person.name, list_name=name)
