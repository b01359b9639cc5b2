"""`changmao phrases fit`: weights from calls whose label is known, instead of from the editor's feeling."""

from __future__ import annotations

import os
from collections.abc import Sequence
from math import nan
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from changmao.console import err, out, print_json
from changmao.detection.fit_report import FitReport
from changmao.detection.listening import listen_to
from changmao.phrasebook_file import phrasebook_text
from contracts.errors import BadInputError
from screening.diction import Diction
from screening.evaluation.dialogue import FOLDS, Dialogue, fold_of, read_dialogues
from screening.fitting.cross_validation import cross_validated, judge
from screening.fitting.fitted_diction import SpokenCall, dictions_without, fitted_diction
from screening.fitting.fitted_risk import Aims, RiskNumbers, fit
from screening.fitting.heard_call import HeardCall
from screening.fitting.learning import check_installed
from screening.fitting.rewriting import rewritten
from screening.phrasebook import Phrasebook


def fit_phrases(
    files: Annotated[list[Path], typer.Argument(help="Labelled dialogues, one JSON object a line.")],
    phrasebook: Annotated[Path | None, typer.Option(help="YAML; else the one that is shipped.")] = None,
    write: Annotated[Path | None, typer.Option(help="Where to write the fitted phrasebook.")] = None,
    folds: Annotated[int, typer.Option(min=3, max=100, help="Parts, by CRC-32 of the group or id.")] = FOLDS,
    held_back: Annotated[int, typer.Option(min=-1, help="This part is never fitted on; -1: none.")] = 0,
    weight: Annotated[
        list[str] | None, typer.Option(metavar="FILE=N", help="A file's calls count N times as much.")
    ] = None,
    false_alarms: Annotated[float, typer.Option(min=0, max=1, help="At most, of each file.")] = 0.003,
    more_false_alarms: Annotated[
        list[str] | None, typer.Option(metavar="FILE=N", help="At most so many of this file instead.")
    ] = None,
    penalty: Annotated[float, typer.Option(min=0.01, help="How firmly the editor's weights hold.")] = 1.0,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Fit diction, weights, prior and bonuses by logistic regression, and say how well they generalise.

    Needs changmao[fit]. With --write only numbers and diction change; comments and order of all else
    stay. Fit from the phrasebook whose numbers an editor set: fitted ones would hold as if they were his.

    Example: changmao phrases fit fraud.jsonl benign.jsonl --write fitted.yaml
    """
    check_installed()
    _check_names(files)
    if write is not None:
        _check_writable(write)
    text = phrasebook_text(phrasebook)
    book = Phrasebook.parse(text)
    named = [(file.name, dialogue) for file in files for dialogue in read_dialogues(file)]
    names = {file.name for file in files}
    factors = numbers_of("--weight", weight or [], names, least=0.001, most=1000)
    more = numbers_of("--more-false-alarms", more_false_alarms or [], names, least=0, most=1)
    aims = Aims(penalty, false_alarms, more, factors, folds)
    spoken = [SpokenCall.of(dialogue, file) for file, dialogue in named]
    known = [call for call in spoken if fold_of(call.fold_key, folds) != held_back]
    _check_enough(known, folds)
    dictions = dictions_without(spoken, folds, held_back, factors)
    calls = _listened(named, book, dictions, jobs)
    report = _report(calls, known, book, aims, held_back)
    if as_json:
        print_json(report.plain())
    else:
        for table in report.tables():
            out.print(table, soft_wrap=False)
    if write is not None:
        _write(write, rewritten(text, report.fitted, report.diction))


def numbers_of(
    option: str, given: Sequence[str], known: set[str], *, least: float, most: float
) -> dict[str, float]:
    """Read FILE=N, by the names of the files that are known; BadInputError for anything else."""
    numbers = {}
    for each in given:
        file, _, number = each.rpartition("=")
        name = Path(file).name
        try:
            numbers[name] = float(number)
        except ValueError:
            numbers[name] = nan
        if name not in known or not least <= numbers[name] <= most:
            raise BadInputError(
                f"{option} {each}: write FILE=N with one of the files given and N from {least:g} to {most:g}"
            )
    return numbers


def _check_names(files: Sequence[Path]) -> None:
    # Shares and weights go by the names alone, so calls of two files would be counted as of one.
    names = [file.name for file in files]
    for name in names:
        if names.count(name) > 1:
            raise BadInputError(f"{name}: named twice; give each file once, and rename one of two alike")


def _check_writable(path: Path) -> None:
    # Before minutes of fitting, which would be lost; what is there stays as it is.
    try:
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written ({error.strerror}); correct the path") from None


def _report(
    calls: Sequence[HeardCall], spoken: Sequence[SpokenCall], book: Phrasebook, aims: Aims, held_back: int
) -> FitReport:
    known = [call for call in calls if call.fold(aims.folds) != held_back]
    unseen = [call for call in calls if call.fold(aims.folds) == held_back]
    editors = RiskNumbers.of(book)

    def fitted_on(chosen: Sequence[HeardCall]) -> RiskNumbers:
        return fit(chosen, book.phrases, book.model, aims)

    folds = list(cross_validated(known, book.phrases, editors, fitted_on, aims.folds))
    fitted = fitted_on(known)
    judged = judge(held_back, unseen, book.phrases, editors, fitted) if unseen else None
    diction = fitted_diction(spoken, aims.factors, fitted.diction)
    return FitReport(book, editors, fitted, diction, folds, judged)


def _check_enough(known: Sequence[SpokenCall], folds: int) -> None:
    # One part is judged, another sets the operating point, the third is fitted on.
    if (
        len({call.is_fraud for call in known}) < 2
        or len({fold_of(call.fold_key, folds) for call in known}) < 3
    ):
        raise BadInputError(
            f"{len(known)} calls to fit on, of one label or of fewer than three parts; "
            "give files with both frauds and benign calls, a few dozen at least"
        )


def _listened(
    named: Sequence[tuple[str, Dialogue]], book: Phrasebook, dictions: tuple[Diction, ...], jobs: int
) -> list[HeardCall]:
    listened = listen_to(named, book, dictions, jobs)
    bar = track(listened, "dialogues", len(named), console=err, transient=True, disable=not err.is_terminal)
    return list(bar)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written ({error.strerror}); correct the path") from None
