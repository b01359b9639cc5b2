"""All number lists with the order of the rule chain, and the page of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from api.console.list_page import ListPage
from api.console.list_wording import RULE, RULE_MEANING
from api.console.login_pages import ThePages
from api.console.pages import Pages
from api.console.reason_wording import reason_in_chinese
from api.context import Context
from api.identity import Person, TheContext, ThePerson
from api.list_imports import TheImports
from api.list_routes import MOST_PRECEDENCE
from api.list_views import ListView, list_views
from api.sent_once import SentOnce
from contracts.number_list import ListKind
from store.list_changes import current_release

router = APIRouter(prefix="/console/lists", include_in_schema=False)

NEW_LIST: Mapping[str, str] = {"name": "", "kind": ListKind.SCORE.value, "precedence": "50", "owner": ""}
"""What stands in the form for a new list."""
_FED_BY = {
    "protected": ListKind.PROTECTED,
    "exact_allow": ListKind.ALLOW,
    "police": ListKind.HARD,
    "score": ListKind.SCORE,
}


@dataclass(frozen=True, slots=True)
class ChainRule:
    """One rule of the chain as it is explained to an admin."""

    name: str
    meaning: str
    lists: tuple[str, ...]
    """Those that feed it, in their order."""


@router.get("")
def lists(person: ThePerson, context: TheContext, pages: ThePages) -> Response:
    """Show all lists, and in which order their entries speak."""
    return lists_page(context, pages, person)


@router.get("/{name}")
def number_list(
    name: str, person: ThePerson, context: TheContext, pages: ThePages, done: str = ""
) -> Response:
    """Show one list; `done` names what its reader has just done."""
    return ListPage(context, pages, person, name).shown(done=done)


@router.get("/{name}/versions/{n}/rejects")
def rejects(name: str, n: int, person: ThePerson, imports: TheImports) -> Response:
    """Send the first lines a version's import rejected, as CSV with the reasons in Chinese."""
    del person
    file = imports.rejects_of(n, reason_in_chinese)
    return SentOnce(file, media_type="text/csv", filename=f"rejects-{name}-{n}.csv")


def lists_page(
    context: Context,
    pages: Pages,
    person: Person,
    *,
    fault: str = "",
    status: int = 200,
    form: Mapping[str, str] = NEW_LIST,
) -> Response:
    """Return the page of all lists; `form` is what stands in the form for a new one."""
    found = list_views(context.store)
    with context.store.reading() as connection:
        release = current_release(connection)
    return pages.render(
        "lists.html",
        person,
        status=status,
        section="lists",
        lists=found,
        release=release,
        chain_order=chain_order(found),
        may_change=person.role.may_change_lists,
        kinds=tuple(ListKind),
        most_precedence=MOST_PRECEDENCE,
        fault=fault,
        form=form,
    )


def chain_order(lists: Sequence[ListView]) -> tuple[ChainRule, ...]:
    """Return the rules in the order walked, each with the lists that feed it."""
    ordered = sorted((each.list for each in lists), key=lambda each: (each.precedence, each.name))
    return tuple(
        ChainRule(name, RULE_MEANING[rule], tuple(e.name for e in ordered if e.kind is _FED_BY.get(rule)))
        for rule, name in RULE.items()
    )
