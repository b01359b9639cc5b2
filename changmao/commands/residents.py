"""`changmao residents`: the people who consented to be protected."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from changmao.commands.opening import open_settings, open_store
from changmao.console import out
from changmao.resident_file import read_residents
from changmao.text_file import open_text
from contracts.ports import RandomIds
from store.residents import import_residents, residents_by_number

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Enrolled residents."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, UTF-8, with the header named below.")],
    home_area: Annotated[str, typer.Option(help="Area code of landlines written without one: 0536.")] = "",
) -> None:
    """Enrol the residents of a file, or change those already enrolled; all lines or none.

    Header: number,name,district,delivery_route,high_risk,consent_version,consent_at

    Example: changmao residents import residents.csv --home-area 0536
    """
    settings = open_settings()
    with open_store(settings) as store:
        known, ids = residents_by_number(store), RandomIds()
        with open_text(file) as lines:
            residents = list(
                read_residents(lines, lambda number: known.get(number.value) or ids.new(), home_area)
            )
        count = import_residents(store, residents)
    out.print(f"{count} residents imported")
