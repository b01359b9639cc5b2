"""`changmao lists plan`: what is in a version, for whoever decides on its release."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from api.list_views import VersionView, version_view
from blacklists.importing.cell import write_action
from changmao.commands.opening import open_settings
from changmao.console import out, print_json
from changmao.list_access import open_lists
from changmao.list_plan import show_counts, show_outcome
from store.import_lines import read_notices
from store.list_samples import EntrySample


def plan(
    version: Annotated[int, typer.Argument(metavar="VERSION", help="`changmao lists versions` shows them.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what a version changes, what to look at in it, and what it would touch.

    Example: changmao lists plan 12
    """
    with open_lists(open_settings()) as store, store.reading() as connection:
        found, notices = version_view(connection, version), read_notices(connection, version)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    _show(found)
    show_outcome(found.version, notices)


def _show(found: VersionView) -> None:
    version = found.version
    who = f"prepared by {version.prepared_by} from {version.origin}"
    out.print(f"version {version.n} of {version.list}, {version.state}, {who}", markup=False)
    show_counts(version)
    if found.samples:
        out.print(_table(found.samples), soft_wrap=False)


def _table(samples: tuple[EntrySample, ...]) -> Table:
    table = Table("", "pattern", "kind", "category", "action", "evidence", "note")
    for sample in samples:
        action = write_action(sample.action, shadow=sample.shadow)
        words = (sample.category, action, sample.evidence, sample.note)
        cells = ("ends" if sample.ends else "writes", sample.pattern, sample.kind, *words)
        table.add_row(*map(escape, cells))
    return table
