"""The form that makes a number list."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.console.faults import told
from api.console.list_pages import NEW_LIST, lists_page
from api.console.login_pages import ThePages
from api.identity import TheContext, ThePerson
from api.list_routes import MOST_PRECEDENCE
from contracts.errors import BadInputError, ConflictError
from contracts.number_list import ListKind
from store.lists import create_list

router = APIRouter(prefix="/console/lists", include_in_schema=False)


class NewListForm(BaseModel):
    """A list as it is to be made."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(default="", max_length=80)
    kind: ListKind = ListKind(NEW_LIST["kind"])
    precedence: int = Field(default=int(NEW_LIST["precedence"]), ge=0, le=MOST_PRECEDENCE)
    owner: str = Field(default="", max_length=80)
    csrf: str = Field(default="", max_length=200)


@router.post("")
def make(
    asked: Annotated[NewListForm, Form()], person: ThePerson, context: TheContext, pages: ThePages
) -> Response:
    """Make an empty list and show it; what is wrong is told beside the form."""
    person.check_list_keeper()
    person.check_form(asked.csrf)
    name = asked.name.strip()
    try:
        create_list(context.store, name, asked.kind, asked.precedence, asked.owner.strip(), by=person.name)
    except (BadInputError, ConflictError) as error:
        form = {field: str(value) for field, value in asked.model_dump(exclude={"csrf"}).items()}
        return lists_page(context, pages, person, form=form, **told(error))
    return RedirectResponse(f"/console/lists/{quote(name, safe='')}?done=made", status_code=303)
