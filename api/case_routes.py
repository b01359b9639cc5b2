"""Cases for programs: the list and one case with everything that belongs to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.identity import TheContext, ThePerson
from api.listing import CaseList
from store.reading import list_cases, read_case
from store.views import CaseView

router = APIRouter(prefix="/cases", tags=["cases"])

PageSize = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=500)]


@router.get("", operation_id="list_cases")
def cases(person: ThePerson, context: TheContext, after: Cursor = None, limit: PageSize = 50) -> CaseList:
    """Return cases, newest first, numbers masked."""
    del person
    return CaseList.of(list_cases(context.store, after=after, limit=limit))


@router.get("/{case_id}", operation_id="read_case")
def case(case_id: str, person: ThePerson, context: TheContext) -> CaseView:
    """Return one case: resident, alerts with evidence and transcript, warnings, attempts, timeline."""
    del person
    return read_case(context.store, case_id)
