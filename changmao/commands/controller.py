"""`changmao controller`: a node's controller."""

from __future__ import annotations

import typer

from changmao.commands.opening import open_settings
from telephony.controller.main import run

app = typer.Typer()


@app.command()
def controller() -> None:
    """Run a node's controller (started by `node` and `serve`)."""
    run(open_settings().node)
