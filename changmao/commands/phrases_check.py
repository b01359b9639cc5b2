"""`changmao phrases check`: whether a file is a phrasebook that can be used."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from changmao.console import out, print_json
from changmao.exit_code import ExitCode
from changmao.phrasebook_file import phrasebook_text
from screening.phrasebook import Phrasebook
from screening.phrasebook_fault import BadPhrasebookError


def check(
    file: Annotated[Path, typer.Argument(help="YAML like the one `changmao phrases show` prints.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check a phrasebook and tell every fault with its line; exit code 1 where there are any.

    Example: changmao phrases check phrases.yaml
    """
    text = phrasebook_text(file)
    try:
        book = Phrasebook.parse(text)
    except BadPhrasebookError as error:
        _show_faults(file, error, as_json=as_json)
        raise typer.Exit(ExitCode.FINDINGS) from None
    wordings = sum(len(phrase.wordings) for phrase in book.phrases)
    if as_json:
        counts = {"phrases": len(book.phrases), "wordings": wordings}
        print_json({"version": book.version, **counts, "faults": [], "left_out": 0})
    else:
        out.print(f"{file}: {len(book.phrases)} phrases in {wordings} wordings, no faults", markup=False)


def _show_faults(file: Path, error: BadPhrasebookError, *, as_json: bool) -> None:
    if as_json:
        print_json({"faults": [asdict(fault) for fault in error.faults], "left_out": error.left_out})
        return
    for fault in error.faults:
        out.print(f"{file}, {fault} [{fault.kind}]", markup=False)
    if error.left_out:
        out.print(f"and {error.left_out} more")
