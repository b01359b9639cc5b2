"""`changmao worker`: one telephony worker of a node."""

from __future__ import annotations

from typing import Annotated

import typer

from changmao.commands.opening import open_settings
from telephony.worker.main import run

app = typer.Typer()


@app.command()
def worker(index: Annotated[int, typer.Argument(min=0, help="Which one, from 0.")]) -> None:
    """Run one telephony worker (started by `node` and `serve`)."""
    run(open_settings().node, index)
