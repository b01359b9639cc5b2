"""`changmao lists release, discard, rollback, versions`: what becomes of prepared changes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from changmao.commands.opening import open_settings
from changmao.console import out, print_json
from changmao.list_access import acting_account, open_lists
from changmao.list_plan import show_outcome, stored_notices
from contracts.errors import BadInputError
from store import list_release as releases
from store.list_rollback import rollback as roll_back
from store.list_version import Version
from store.list_versions import versions as read_versions
from store.lists import list_row

Number = Annotated[int, typer.Argument(metavar="VERSION", help="`changmao lists versions` shows them.")]
As = Annotated[str | None, typer.Option("--as", metavar="ACCOUNT", help="The account that does so.")]


def release(version: Number, account: As = None) -> None:
    """Put a prepared version in force; a bulk, wide or milder change needs another person than its preparer.

    `changmao lists plan` shows what is in it.

    Example: changmao lists release 12 --as li
    """
    settings = open_settings()
    with open_lists(settings) as store:
        by = acting_account(store, settings, account)
        released = releases.release(store, version, by=by, single_admin=settings.admin_alone)
        show_outcome(released, stored_notices(store, version))


def discard(version: Number, account: As = None) -> None:
    """Give a prepared version up.

    Example: changmao lists discard 12 --as li
    """
    settings = open_settings()
    with open_lists(settings) as store:
        releases.discard(store, version, by=acting_account(store, settings, account))
    out.print(f"version {version} is discarded")


def rollback(
    version: Annotated[int, typer.Argument(metavar="VERSION", help="To be as right after it; 0: empty.")],
    name: Annotated[str | None, typer.Option("--list", help="Of which list, for version 0.")] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Release at once; only where single_admin is on.")
    ] = False,
    account: As = None,
) -> None:
    """Prepare a version that makes a list what it was right after an earlier one.

    Example: changmao lists rollback 11 --as li
    """
    settings = open_settings()
    if yes and not settings.admin_alone:
        raise BadInputError("--yes: the setting single_admin is off; another person releases; leave it out")
    with open_lists(settings) as store:
        by = acting_account(store, settings, account)
        prepared = roll_back(store, version, by=by, list_name=name)
        if yes:
            prepared = releases.release(store, prepared.n, by=by, single_admin=settings.admin_alone)
    out.print(f"{prepared.added} added, {prepared.changed} changed, {prepared.expired} expired")
    show_outcome(prepared)


def versions(
    name: Annotated[str | None, typer.Option("--list", help="Of one list.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the latest versions, who prepared and who released them.

    Example: changmao lists versions --list police
    """
    with open_lists(open_settings()) as store, store.reading() as connection:
        if name is not None:
            list_row(connection, name)
        found = read_versions(connection, name)
    if as_json:
        print_json([asdict(version) for version in found])
    else:
        out.print(_table(found), soft_wrap=False)


def _table(found: tuple[Version, ...]) -> Table:
    table = Table("version", "list", "state", "changes", "prepared", "released", "origin")
    for version in found:
        changes = f"+{version.added} ~{version.changed} -{version.expired}"
        prepared = _decided(version.prepared_by, version.prepared_at)
        released = _decided(version.released_by, version.released_at)
        cells = (str(version.n), version.list, version.state, changes, prepared, released, version.origin)
        table.add_row(*map(escape, cells))
    return table


def _decided(by: str | None, at: datetime | None) -> str:
    return "" if by is None or at is None else f"{by} {at:%m-%d %H:%M}Z"
