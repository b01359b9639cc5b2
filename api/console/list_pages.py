"""All number lists with the order of the rule chain, and the page of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from api.console.list_page import ListPage
from api.console.list_wording import RULE, RULE_MEANING
from api.console.login_pages import ThePages
from api.identity import TheContext, ThePerson
from api.list_views import ListView, list_views
from contracts.number_list import ListKind
from store.list_changes import current_release

router = APIRouter(prefix="/console/lists", include_in_schema=False)

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
    found = list_views(context.store)
    with context.store.reading() as connection:
        release = current_release(connection)
    return pages.render(
        "lists.html", person, section="lists", lists=found, release=release, chain_order=chain_order(found)
    )


@router.get("/{name}")
def number_list(
    name: str, person: ThePerson, context: TheContext, pages: ThePages, done: str = ""
) -> Response:
    """Show one list; `done` names what its reader has just done."""
    return ListPage(context, pages, person, name).shown(done=done)


def chain_order(lists: Sequence[ListView]) -> tuple[ChainRule, ...]:
    """Return the rules in the order walked, each with the lists that feed it."""
    ordered = sorted((each.list for each in lists), key=lambda each: (each.precedence, each.name))
    return tuple(
        ChainRule(name, RULE_MEANING[rule], tuple(e.name for e in ordered if e.kind is _FED_BY.get(rule)))
        for rule, name in RULE.items()
    )
