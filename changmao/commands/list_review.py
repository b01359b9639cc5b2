"""`changmao lists review`: entries whose review date is past."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from blacklists.importing.cell import write_action
from blacklists.importing.moment import write_moment
from changmao.commands.opening import open_settings
from changmao.console import out, print_json
from changmao.list_access import open_lists
from store.list_reviews import DueEntry, count_due, due_entries
from store.lists import list_row


def review(
    name: Annotated[str | None, typer.Option("--list", help="Of one list.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the entries whose review date is past, those due for longest first; a hundred at most.

    Confirm one by `lists add` with a later --review-at, or take it off by `lists remove`.

    Example: changmao lists review --list police
    """
    with open_lists(open_settings()) as store, store.reading() as connection:
        if name is not None:
            list_row(connection, name)
        now = store.now(connection)
        found, counts = due_entries(connection, now, name), count_due(connection, now)
    due = sum(counts.values()) if name is None else counts.get(name, 0)
    if as_json:
        print_json({"due": due, "entries": [_spoken(entry) for entry in found]})
        return
    if found:
        out.print(_table(found), soft_wrap=False)
    out.print(f"{due} due, {len(found)} shown")


def _spoken(entry: DueEntry) -> dict[str, str]:
    return {
        "list": entry.list,
        "entry": entry.entry,
        "pattern": str(entry.pattern),
        "kind": entry.pattern.kind,
        "category": entry.category,
        "action": write_action(entry.action, shadow=entry.shadow),
        "source": entry.source,
        "evidence": entry.evidence,
        "note": entry.note,
        "review_at": write_moment(int(entry.review_at.timestamp())),
    }


def _table(found: tuple[DueEntry, ...]) -> Table:
    shown = ("review_at", "list", "pattern", "category", "action", "source", "evidence")
    table = Table(*shown)
    for entry in found:
        spoken = _spoken(entry)
        table.add_row(*(escape(spoken[column]) for column in shown))
    return table
