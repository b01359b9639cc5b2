"""`changmao detect`: how well fraud is told from ordinary talk."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from asr.recogniser import Recogniser
from changmao.commands.opening import open_settings
from changmao.console import err, out, print_json
from changmao.detection.examination import Examined, Plan, examine
from changmao.detection.plot import check_plot, plot
from changmao.detection.recorded_calls import read_recorded_calls, recognise
from changmao.detection.report import Report, tables, wrong_lines
from changmao.phrasebook_file import phrasebook_text
from changmao.speech_model import model_of
from contracts.errors import BadInputError
from screening.evaluation.dialogue import Dialogue, fold_of, read_dialogues
from screening.evaluation.figures import figures_of
from screening.evaluation.trial import Trials
from screening.phrasebook import Phrasebook

app = typer.Typer(no_args_is_help=True)
_FOLD = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


@app.callback()
def _group() -> None:
    """Detection, measured."""


@app.command("eval")
def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(help="Dialogues, one JSON object a line.")] = None,
    noise: Annotated[str, typer.Option(help="Shares of characters misheard: 0.1,0.2,0.3")] = "",
    audio: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Recorded calls: NAME.json, NAME.caller.wav, NAME.resident.wav."),
    ] = None,
    phrasebook: Annotated[Path | None, typer.Option(help="YAML; else the one that is shipped.")] = None,
    fold: Annotated[
        str, typer.Option(metavar="N/K", help="Only fold N of K, by CRC-32 of the group or id.")
    ] = "",
    plot_file: Annotated[
        Path | None, typer.Option("--plot", help="Where to draw; needs changmao[plot].")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show missed and false dialogues, and why.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Play written or recorded calls as they would be heard, and tell how many raise an alert, and when.

    Dialogues: {"id", "label": "fraud" or "benign", "type"?, "ask_turn"?, "turns": [{"speaker", "text"}]}

    Example: changmao detect eval fraud.jsonl benign.jsonl --noise 0.1,0.2,0.3 --list
    """
    if not files and audio is None:
        raise BadInputError("nothing to evaluate; name files of dialogues, or a folder with --audio")
    if plot_file is not None:
        check_plot(plot_file)
    chosen = _fold(fold)
    book = Phrasebook.parse(phrasebook_text(phrasebook))
    plan = Plan(book, _rates(noise), to_the_end=plot_file is not None)
    reports = _of_files([(file, chosen.of(read_dialogues(file))) for file in files or ()], plan, jobs)
    if audio is not None:
        reports.append(_of_recordings(audio, plan))
    _remark(reports)
    if as_json:
        print_json([{**report.plain(), **chosen.plain()} for report in reports])
    else:
        for table in tables(reports):
            out.print(table, soft_wrap=False)
    if listed:
        _show_wrong(reports, err if as_json else out)
    if plot_file is not None:
        plot([trial for report in reports for trial in report.trials], plot_file)


@dataclass(frozen=True, slots=True)
class _Fold:
    """A part of each file; without numbers the whole."""

    number: int = 0
    folds: int = 1

    def of(self, dialogues: Iterable[Dialogue]) -> list[Dialogue]:
        return [each for each in dialogues if fold_of(each.fold_key, self.folds) == self.number]

    def plain(self) -> dict[str, str]:
        return {} if self.folds == 1 else {"fold": f"{self.number}/{self.folds}"}


def _fold(text: str) -> _Fold:
    if not text:
        return _Fold()
    parts = _FOLD.fullmatch(text)
    if parts is None or not int(parts[1]) < int(parts[2]):
        raise BadInputError(f"--fold {text}: write N/K, the fold N of K from 0 on: 0/5")
    return _Fold(int(parts[1]), int(parts[2]))


def _rates(text: str) -> tuple[float, ...]:
    try:
        rates = tuple(float(part) for part in text.split(",") if part)
    except ValueError:
        rates = (0.0,)
    if not all(0 < rate <= 1 for rate in rates):
        raise BadInputError(f"--noise {text}: write shares above 0 and up to 1, with commas: 0.1,0.2,0.3")
    return rates


def _of_files(files: Sequence[tuple[Path, list[Dialogue]]], plan: Plan, jobs: int) -> list[Report]:
    everything = [dialogue for _, dialogues in files for dialogue in dialogues]
    with _progress("dialogues", len(everything)) as step:
        examined = iter(examine(everything, plan, jobs, step) if everything else ())
    return [_report(file, list(islice(examined, len(dialogues))), plan) for file, dialogues in files]


def _report(file: Path, examined: Sequence[Examined], plan: Plan) -> Report:
    clean = [each.clean for each in examined]
    noise = {
        f"{rate:g}": figures_of([each.noisy[place] for each in examined])
        for place, rate in enumerate(plan.rates)
    }
    return Report(str(file), figures_of(clean), clean, noise)


def _of_recordings(folder: Path, plan: Plan) -> Report:
    calls = read_recorded_calls(folder)
    tries = Trials(plan.phrasebook, to_the_end=plan.to_the_end)
    trials = []
    # Two threads: one for each side of the call.
    with (
        Recogniser(model_of(open_settings()), threads=2) as recogniser,
        _progress("calls", len(calls)) as step,
    ):
        for call in calls:
            trials.append(tries.of_results(call.dialogue, recognise(call, recogniser)))
            step()
    return Report(str(folder), figures_of(trials), trials)


def _remark(reports: Sequence[Report]) -> None:
    for report in reports:
        if not report.trials:
            err.print(f"{report.file}: holds no dialogue to evaluate", markup=False)
        if report.is_mixed:
            err.print(f"{report.file}: holds both labels, so its rate is neither recall nor false alarms")


def _show_wrong(reports: Sequence[Report], console: Console) -> None:
    for report in reports:
        for line in wrong_lines(report):
            console.print(line, markup=False)


@contextmanager
def _progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on a terminal; yields what is to be called after each."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
