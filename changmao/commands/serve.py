"""`changmao serve`: the whole service on one machine."""

from __future__ import annotations

import asyncio

import typer

from changmao.commands.opening import open_settings
from changmao.console import err
from changmao.first_start import FIRST_ACCOUNT, prepare
from changmao.ports import all_ports, check_free
from changmao.process_plan import service_processes
from changmao.speech_model import model_of
from changmao.supervisor import supervise

app = typer.Typer()


@app.command()
def serve() -> None:
    """Run the whole service on this machine: api, due work, speech, controller, telephony workers.

    The database is SQLite in the data folder unless set; the first start makes its tables, the node's token
    and an account. Ctrl-C or SIGTERM stops everything in order.

    Example: CHANGMAO_DATA_DIR=/srv/changmao changmao serve
    """
    settings = open_settings()
    model_of(settings)
    check_free(all_ports(settings))
    password_file = prepare(settings)
    if password_file is not None:
        err.print(f"first account: {FIRST_ACCOUNT}, its password is in {password_file}", markup=False)
    err.print(f"console: http://{settings.api.host}:{settings.api.port}/console", markup=False)
    asyncio.run(supervise(service_processes(settings), settings.data_dir))
