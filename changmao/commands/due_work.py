"""`changmao due-work`: the loop over deadlines alone, where the api processes do not run it."""

from __future__ import annotations

import structlog
import typer

from api.due_work import DueWork
from changmao.commands.opening import open_settings, open_store
from changmao.stop_signals import stop_flag

app = typer.Typer()


@app.command()
def due_work() -> None:
    """Run the due-work loop alone: it moves every warning whose time has come."""
    settings = open_settings()
    stop = stop_flag()
    with open_store(settings) as store:
        structlog.get_logger().info("due_work_runs")
        DueWork(store.begin).run_forever(stop)
