"""Numbers that were reported and wait for a person's judgement."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api.console.faults import told
from api.console.list_wording import DONE
from api.console.login_pages import ThePages
from api.console.pages import Pages
from api.context import Context
from api.errors import ForbiddenError
from api.identity import Person, TheContext, ThePerson
from contracts.errors import ConflictError, NotFoundError
from store.report_queue import decide, read_queue
from store.report_schema import Decision

router = APIRouter(prefix="/console/reports", include_in_schema=False)


@router.get("")
def reports(person: ThePerson, context: TheContext, pages: ThePages, done: str = "") -> Response:
    """Show the queue, those nearest to publication first."""
    return _page(context, pages, person, done=DONE.get(done, ""))


@router.post("/decision")
def review(
    person: ThePerson,
    context: TheContext,
    pages: ThePages,
    number: Annotated[str, Form(max_length=32)],
    decision: Annotated[Decision, Form()],
    reason: Annotated[str, Form(max_length=500)] = "",
    csrf: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Publish a number or dismiss its reports. The number comes in the body, not in the address."""
    if not person.role.may_command:
        raise ForbiddenError(f"the role {person.role} may look, not decide")
    person.check_form(csrf)
    if not reason.strip():
        return _page(context, pages, person, fault="请填写理由。", status=422)
    try:
        review_id = context.ids.new()
        decide(context.store, review_id, number, decision, reason=reason.strip(), by=person.name)
    except (ConflictError, NotFoundError) as error:
        return _page(context, pages, person, **told(error))
    word = "published" if decision is Decision.PUBLISH else "dismissed"
    return RedirectResponse(f"/console/reports?done={word}", status_code=303)


def _page(
    context: Context, pages: Pages, person: Person, *, done: str = "", fault: str = "", status: int = 200
) -> Response:
    return pages.render(
        "reports.html",
        person,
        status=status,
        section="reports",
        queue=read_queue(context.store),
        may_decide=person.role.may_command,
        done=done,
        fault=fault,
    )
