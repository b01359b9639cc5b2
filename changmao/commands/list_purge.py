"""`changmao lists purge`: what has been over for long is taken away now."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from changmao.commands.opening import open_settings
from changmao.console import out, print_json
from changmao.list_access import open_lists
from store import list_purge


def purge(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Take away what is over for longer than api.list_keep_days: ended entries, old reports and requests.

    The api does so every hour. What a rollback to the last ten versions of a list needs stays.

    Example: changmao lists purge
    """
    settings = open_settings()
    with open_lists(settings) as store:
        purged = asdict(list_purge.purge(store, settings.api.list_keep))
    if as_json:
        print_json(purged)
    else:
        out.print(", ".join(f"{count} {name}" for name, count in purged.items()), markup=False)
