"""`changmao db`: the tables."""

from __future__ import annotations

import typer

from changmao.commands.opening import open_settings, open_store
from changmao.console import out
from changmao.first_start import make_data_folder
from store.migrations import upgrade as upgrade_tables

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The database."""


@app.command()
def upgrade() -> None:
    """Bring the tables to the present version; repeating it changes nothing.

    Example: CHANGMAO_DATABASE_URL=postgresql://changmao@db/changmao changmao db upgrade
    """
    settings = open_settings()
    make_data_folder(settings)
    with open_store(settings) as store:
        upgrade_tables(store.engine)
    out.print("tables are current")
