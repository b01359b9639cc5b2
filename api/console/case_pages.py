"""The list of cases and the page of one case."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from api.case_routes import Cursor
from api.console.case_page import chains, spoken, stages
from api.console.login_pages import HOME, ThePages
from api.identity import TheContext, ThePerson
from api.listing import CaseList
from store.reading import list_cases, read_case

router = APIRouter(prefix="/console", include_in_schema=False)

CASES_A_PAGE = 50


@router.get("")
def home() -> Response:
    """Go to the list of cases."""
    return RedirectResponse(HOME, status_code=303)


@router.get("/cases")
def cases(person: ThePerson, context: TheContext, pages: ThePages, after: Cursor = None) -> Response:
    """Show cases, newest first."""
    found = CaseList.of(list_cases(context.store, after=after, limit=CASES_A_PAGE))
    return pages.render(
        "cases.html", person, section="cases", cases=found, is_first=after is None, now=context.clock.now()
    )


@router.get("/cases/{case_id}")
def case(case_id: str, person: ThePerson, context: TheContext, pages: ThePages) -> Response:
    """Show one case: transcript, evidence, attempts, visit order, timeline."""
    view = read_case(context.store, case_id)
    return pages.render(
        "case.html",
        person,
        section="cases",
        view=view,
        stages=stages(view),
        transcripts=[spoken(alert) for alert in view.alerts],
        chains=chains(view),
        now=context.clock.now(),
    )
