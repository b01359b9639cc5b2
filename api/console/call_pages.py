"""The list of the latest calls and the page of one call, with the stored explanation of its verdict."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.case_routes import Cursor
from api.console.chain import chain
from api.console.login_pages import ThePages
from api.identity import TheContext, ThePerson
from api.listing import CallList
from store.reading import list_calls, read_call

router = APIRouter(prefix="/console/calls", include_in_schema=False)

CALLS_A_PAGE = 100


@router.get("")
def calls(person: ThePerson, context: TheContext, pages: ThePages, after: Cursor = None) -> Response:
    """Show calls, newest first, numbers masked."""
    found = CallList.of(list_calls(context.store, after=after, limit=CALLS_A_PAGE))
    return pages.render(
        "calls.html", person, section="calls", calls=found, is_first=after is None, now=context.clock.now()
    )


@router.get("/{call_id}")
def call(call_id: str, person: ThePerson, context: TheContext, pages: ThePages) -> Response:
    """Show one call: verdict, the rules walked to it, timeline."""
    view = read_call(context.store, call_id)
    verdict = view.call.verdict
    rows = chain(verdict.rules) if verdict else ()
    return pages.render("call.html", person, section="calls", view=view, chain=rows)
