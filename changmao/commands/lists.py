"""`changmao lists`: the number lists."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from changmao.commands import (
    list_entry,
    list_import,
    list_lookup,
    list_output,
    list_plan,
    list_purge,
    list_release,
    list_review,
)
from changmao.commands.list_release import As
from changmao.commands.opening import open_settings
from changmao.console import out, print_json
from changmao.list_access import acting_account, open_lists
from contracts.number_list import ListKind
from store.lists import create_list, entry_counts, number_lists

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Number lists: prepared by one person, released by another, rolled back at will."""


@app.command()
def show(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show all lists with the version and the number of entries in force.

    Example: changmao lists show
    """
    with open_lists(open_settings()) as store, store.reading() as connection:
        lists, counts = number_lists(connection), entry_counts(connection)
    if as_json:
        print_json([{**each.model_dump(mode="json"), "entries": counts[each.name]} for each in lists])
        return
    table = Table("list", "kind", "precedence", "owner", "version", "entries")
    for each in lists:
        numbers = (str(each.precedence), each.owner, str(each.version), str(counts[each.name]))
        table.add_row(*map(escape, (each.name, each.kind, *numbers)))
    out.print(table, soft_wrap=False)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What others will call it.")],
    kind: Annotated[ListKind, typer.Option(help="Which rule it feeds.")],
    precedence: Annotated[int, typer.Option(help="Among lists of its kind the lower speaks first.")],
    owner: Annotated[str, typer.Option(help="The unit that answers for it.")],
    account: As = None,
) -> None:
    """Make an empty list.

    Example: changmao lists create couriers --kind allow --precedence 20 --owner 96110
    """
    settings = open_settings()
    with open_lists(settings) as store:
        create_list(store, name, kind, precedence, owner, by=acting_account(store, settings, account))
    out.print(f"list {name} made", markup=False)


app.command("import")(list_import.import_file)
app.command()(list_release.versions)
app.command()(list_plan.plan)
app.command()(list_release.release)
app.command()(list_release.discard)
app.command()(list_release.rollback)
for _command in (list_entry.add, list_entry.remove):
    app.command(context_settings=list_entry.NUMBERS_MAY_BEGIN_WITH_A_DASH)(_command)
app.command(context_settings=list_lookup.NUMBERS_MAY_BEGIN_WITH_A_DASH)(list_lookup.lookup)
app.command()(list_review.review)
app.command()(list_purge.purge)
app.command()(list_output.export)
app.command()(list_output.snapshot)
