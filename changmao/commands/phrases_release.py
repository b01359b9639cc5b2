"""`changmao phrases prepare, release, discard, rollback`: what becomes of a changed phrasebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.rulebook import read_phrasebook
from changmao.commands.list_release import As
from changmao.commands.opening import open_settings
from changmao.commands.phrases_show import Number, show_diff
from changmao.console import out
from changmao.list_access import acting_account, open_lists
from changmao.phrasebook_file import phrasebook_text
from store import phrasebook_release as releases
from store.phrasebook_version import PhrasebookVersion
from store.phrasebooks import phrasebook_diff


def prepare(
    file: Annotated[Path, typer.Argument(help="YAML like the one `changmao phrases show` prints.")],
    note: Annotated[str, typer.Option(help="Why it is changed.")] = "",
    based_on: Annotated[
        int | None,
        typer.Option(min=0, help="The version it was edited from; refused if another is in force."),
    ] = None,
    account: As = None,
) -> None:
    """Prepare a phrasebook as a version and show what it changes; another person releases it.

    Example: changmao phrases prepare phrases.yaml --note "new courier script" --as li
    """
    text = phrasebook_text(file)
    settings = open_settings()
    original = read_phrasebook(settings.api.phrasebook)
    with open_lists(settings) as store:
        by = acting_account(store, settings, account)
        version = releases.prepare_phrasebook(
            store, text, original=original, by=by, note=note, based_on=based_on
        )
        with store.reading() as connection:
            show_diff(phrasebook_diff(connection, version.n, original))
    _show_next_step(version)


def release(version: Number, account: As = None) -> None:
    """Put a prepared version in force for calls that begin from now on; calls under way keep theirs.

    Example: changmao phrases release 12 --as sun
    """
    settings = open_settings()
    original = read_phrasebook(settings.api.phrasebook)
    with open_lists(settings) as store:
        by = acting_account(store, settings, account)
        releases.release_phrasebook(
            store, version, original=original, by=by, single_admin=settings.admin_alone
        )
    out.print(f"phrasebook version {version} is in force")


def discard(version: Number, account: As = None) -> None:
    """Give a prepared version up; it stays in the history.

    Example: changmao phrases discard 12 --as sun
    """
    settings = open_settings()
    with open_lists(settings) as store:
        releases.discard_phrasebook(store, version, by=acting_account(store, settings, account))
    out.print(f"phrasebook version {version} is discarded")


def rollback(
    version: Annotated[int, typer.Argument(metavar="VERSION", help="0: the one the service began with.")],
    account: As = None,
) -> None:
    """Prepare a version with the text of an earlier one; another person releases it.

    Example: changmao phrases rollback 11 --as li
    """
    settings = open_settings()
    original = read_phrasebook(settings.api.phrasebook)
    with open_lists(settings) as store:
        by = acting_account(store, settings, account)
        prepared = releases.roll_back_phrasebook(store, version, original=original, by=by)
        with store.reading() as connection:
            show_diff(phrasebook_diff(connection, prepared.n, original))
    _show_next_step(prepared)


def _show_next_step(version: PhrasebookVersion) -> None:
    out.print(
        f"phrasebook version {version.n} is prepared; to put it in force:"
        f" changmao phrases release {version.n} --as ACCOUNT",
        markup=False,
    )
