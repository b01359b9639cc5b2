"""`changmao lists`: the number lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from changmao.commands.opening import open_settings, open_store
from changmao.console import out
from changmao.list_file import read_entries
from changmao.text_file import open_text
from store.lists import import_entries

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Number lists."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, UTF-8, with the header named below.")],
    name: Annotated[str, typer.Option("--list", help="police, allow, protected, or any other name.")],
) -> None:
    """Add the entries of a file to a list, or change those already in it; all lines or none.

    Header: pattern,kind,category,action,expires_at

    Example: changmao lists import suspects.csv --list police
    """
    with open_store(open_settings()) as store, open_text(file) as lines:
        count = import_entries(store, list(read_entries(lines, name)))
    out.print(f"{count} entries imported into {name}", markup=False)
