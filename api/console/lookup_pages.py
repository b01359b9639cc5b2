"""The look-up of a number: a form, and the chain of rules that answers it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api.console.chain import chain
from api.console.login_pages import ThePages
from api.console.pages import Pages
from api.identity import Person, TheContext, ThePerson
from api.lookup import Lookup, look_up
from contracts.errors import NotFoundError
from contracts.verdict import Action
from screening.number_signs import TrunkFacts
from store.callee import find_callee

router = APIRouter(prefix="/console/lists", include_in_schema=False)


class LookupForm(BaseModel):
    """What is asked."""

    model_config = ConfigDict(frozen=True)

    number: str = Field(default="", max_length=256)
    trunk: Literal["domestic", "international"] = "domestic"
    home_area: str = Field(default="", max_length=5, pattern=r"^\s*(0?[1-9]\d{1,2})?\s*$")
    to: str = Field(default="", max_length=100)
    csrf: str = Field(default="", max_length=200)

    @property
    def facts(self) -> TrunkFacts:
        """The trunk that is meant."""
        return TrunkFacts(domestic=self.trunk == "domestic", home_area=self.home_area.strip())


@router.get("/lookup")
def lookup_form(person: ThePerson, pages: ThePages) -> Response:
    """Show the form."""
    return _page(pages, person, LookupForm())


@router.post("/lookup")
def lookup(
    person: ThePerson, context: TheContext, pages: ThePages, asked: Annotated[LookupForm, Form()]
) -> Response:
    """Answer it. The number comes in the body: addresses are kept by browsers and proxies."""
    person.check_form(asked.csrf)
    who, facts = asked.to.strip(), asked.facts
    try:
        resident = find_callee(context.store, who, facts.home_area) if who else None
    except NotFoundError:
        return _page(pages, person, asked, fault="没有登记过这个号码或编号的居民。")
    unlisted = Action(context.rulebook.policy.in_call.unlisted_caller)
    lists, now = context.number_lists(), context.clock.now()
    return _page(pages, person, asked, look_up(lists, asked.number.strip(), facts, resident, unlisted, now))


def _page(
    pages: Pages, person: Person, asked: LookupForm, found: Lookup | None = None, *, fault: str = ""
) -> Response:
    rows = chain(found.rules) if found else ()
    status = 404 if fault else 200
    return pages.render(
        "lookup.html",
        person,
        status=status,
        section="lookup",
        form=asked,
        found=found,
        chain=rows,
        fault=fault,
    )
