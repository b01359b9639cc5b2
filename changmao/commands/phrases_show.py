"""`changmao phrases show, versions, diff`: the phrasebook in force, and what came before."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.markup import escape
from rich.table import Table

from api.rulebook import read_phrasebook
from changmao.commands.opening import open_settings
from changmao.console import out, print_json
from changmao.list_access import open_lists
from screening.phrasebook_diff import PhrasebookDiff
from store.phrasebook_version import PhrasebookVersion
from store.phrasebooks import (
    digest,
    phrasebook_diff,
    phrasebook_in_force,
    phrasebook_text,
    phrasebook_versions,
)

Number = Annotated[int, typer.Argument(metavar="VERSION", help="`changmao phrases versions` shows them.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def show(
    version: Annotated[int | None, typer.Argument(metavar="VERSION", help="Else the one in force.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a phrasebook as YAML; version 0 is the one the service began with.

    Example: changmao phrases show > phrases.yaml
    """
    settings = open_settings()
    original = read_phrasebook(settings.api.phrasebook)
    with open_lists(settings) as store, store.reading() as connection:
        n = phrasebook_in_force(connection, original).version if version is None else version
        text = phrasebook_text(connection, n, original)
    if as_json:
        print_json({"version": n, "sha256": digest(text), "text": text})
    else:
        out.print(text, markup=False, emoji=False, end="")


def versions(as_json: AsJson = False) -> None:
    """Show the latest versions, who prepared and who released them.

    Example: changmao phrases versions
    """
    with open_lists(open_settings()) as store, store.reading() as connection:
        found = phrasebook_versions(connection)
    if as_json:
        print_json([asdict(version) for version in found])
    else:
        out.print(_table(found), soft_wrap=False)


def diff(version: Number, as_json: AsJson = False) -> None:
    """Show what a version says otherwise than the one it is based on.

    Example: changmao phrases diff 12
    """
    settings = open_settings()
    with open_lists(settings) as store, store.reading() as connection:
        found = phrasebook_diff(connection, version, read_phrasebook(settings.api.phrasebook))
    if as_json:
        print_json(TypeAdapter(PhrasebookDiff).dump_python(found, mode="json"))
    else:
        show_diff(found)


def show_diff(diff: PhrasebookDiff) -> None:
    """Print a difference for people."""
    for line in diff.lines or ("no phrase differs; only comments or the order",):
        out.print(line, markup=False)


def _table(found: tuple[PhrasebookVersion, ...]) -> Table:
    table = Table("version", "name", "state", "on", "phrases", "changes", "prepared", "decided", "note")
    for version in found:
        changes = f"+{version.added} ~{version.changed} -{version.removed}"
        prepared = _decided(version.prepared_by, version.prepared_at)
        decided = _decided(version.decided_by, version.decided_at)
        counts = (str(version.based_on), str(version.phrases), changes)
        cells = (str(version.n), version.label, version.state, *counts, prepared, decided, version.note)
        table.add_row(*map(escape, cells))
    return table


def _decided(by: str | None, at: datetime | None) -> str:
    return "" if by is None or at is None else f"{by} {at:%m-%d %H:%M}Z"
