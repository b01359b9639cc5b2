"""`changmao lists lookup`: what a call from a number would be judged now, and every rule on the way."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.context import Context
from api.errors import ListsUnavailableError
from api.list_files import ListFiles
from api.lookup import Lookup, deciding_rule, look_up
from changmao.commands.opening import open_settings
from changmao.console import out, print_json
from changmao.list_access import open_lists
from contracts.errors import BadInputError
from contracts.verdict import Action, RuleStep
from screening.number_signs import TrunkFacts
from store.callee import find_callee
from telephony.settings import NodeSettings

NUMBERS_MAY_BEGIN_WITH_A_DASH = {"ignore_unknown_options": True}
COMPILE_S = 300.0
"""The longest a look-up waits for millions of entries to be compiled."""


def lookup(
    number: Annotated[str, typer.Argument(help="In any written form, or as presented: anonymous, +86110.")],
    trunk: Annotated[str, typer.Option(help="The trunk it comes in by; else a domestic one.")] = "",
    to: Annotated[str, typer.Option(help="Id or number of the resident who is called.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell what a call from a number would be judged, and why.

    Example: changmao lists lookup 13800001111 --trunk pbx --to 19900002222
    """
    settings = open_settings()
    facts = _trunk(settings.node, trunk)
    with open_lists(settings) as store:
        context = Context.build(store, settings.api)
        resident = find_callee(store, to, facts.home_area) if to else None
        unlisted = Action(context.rulebook.policy.in_call.unlisted_caller)
        _bring_up_to_date(context.list_files)
        found = look_up(context.number_lists(), number, facts, resident, unlisted, context.clock.now())
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _show(found)


def _bring_up_to_date(files: ListFiles) -> None:
    """Compile what is in force where there is no file of it yet; a command has nobody else to ask later."""
    with suppress(ListsUnavailableError):
        files.keep_up()
    files.wait(COMPILE_S)


def _trunk(node: NodeSettings, name: str) -> TrunkFacts:
    if not name:
        return TrunkFacts(domestic=True, home_area="")
    for trunk in node.trunks:
        if trunk.name == name:
            return TrunkFacts(domestic=trunk.domestic, home_area=trunk.home_area)
    known = ", ".join(trunk.name for trunk in node.trunks) or "none"
    raise BadInputError(f"trunk {name!r}: not in the settings of the node; there are: {known}")


def _show(found: Lookup) -> None:
    out.print(f"{found.number} ({found.kind}): [bold]{found.verdict}[/bold], risk {found.number_risk:.2f}")
    decides = deciding_rule(found.rules)
    table = Table()
    for heading in ("", "rule", "matched", "action", "list", "version", "entry", "reason"):
        table.add_column(heading, overflow="fold")
    for place, step in enumerate(found.rules):
        table.add_row("*" if place == decides else "", *map(escape, _cells(step)))
    out.print(table, soft_wrap=False)
    out.print(f"* decides; lists of release {found.list_version}; {found.lookup_us} us")


def _cells(step: RuleStep) -> tuple[str, ...]:
    action = f"{step.action} (shadow)" if step.action and step.shadow else step.action or ""
    version = "" if step.version is None else str(step.version)
    matched = "yes" if step.matched else "no"
    return step.rule, matched, action, step.list or "", version, step.entry or "", step.reason or ""
