"""Requests to take a number off the lists, by deadline, and their answers (R47)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api.console.faults import told
from api.console.list_wording import DONE
from api.console.login_pages import ThePages
from api.console.pages import Pages
from api.context import Context
from api.identity import Person, TheContext, ThePerson
from contracts.errors import ConflictError, NotFoundError
from store.removal_requests import decide_request, list_requests

router = APIRouter(prefix="/console/removals", include_in_schema=False)


@router.get("")
def removals(person: ThePerson, context: TheContext, pages: ThePages, done: str = "") -> Response:
    """Show open requests, the soonest deadline first, then those answered."""
    return _page(context, pages, person, done=DONE.get(done, ""))


@router.post("/{request_id}/decision")
def decide(
    request_id: str,
    person: ThePerson,
    context: TheContext,
    pages: ThePages,
    decision: Annotated[Literal["accepted", "refused"], Form()],
    reason: Annotated[str, Form(max_length=500)] = "",
    csrf: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Answer a request."""
    person.check_list_keeper()
    person.check_form(csrf)
    if not reason.strip():
        return _page(context, pages, person, fault="请填写答复。", status=422)
    try:
        decide_request(
            context.store,
            request_id,
            accepted=decision == "accepted",
            reason=reason.strip(),
            by=person.name,
            single_admin=context.settings.single_admin,
        )
    except (ConflictError, NotFoundError) as error:
        return _page(context, pages, person, **told(error))
    return RedirectResponse(f"/console/removals?done={decision}", status_code=303)


def _page(
    context: Context, pages: Pages, person: Person, *, done: str = "", fault: str = "", status: int = 200
) -> Response:
    return pages.render(
        "removals.html",
        person,
        status=status,
        section="removals",
        requests=list_requests(context.store),
        may_decide=person.role.may_change_lists,
        done=done,
        fault=fault,
        now=context.clock.now(),
    )
