"""`changmao lists add, remove`: one number or block, as a version of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from blacklists.importing.cell import read_action
from blacklists.importing.moment import read_moment
from blacklists.pattern import parse_pattern
from changmao.commands.list_release import As
from changmao.commands.opening import open_settings
from changmao.console import out
from changmao.list_access import acting_account, open_lists
from changmao.list_plan import show_outcome, stored_notices
from contracts.number_list import EntryKind
from store.list_entry import NewEntry, add_entry, remove_entry

NUMBERS_MAY_BEGIN_WITH_A_DASH = {"ignore_unknown_options": True}

Number = Annotated[str, typer.Argument(help="A number, leading digits, or LOW..HIGH.")]
ListName = Annotated[str, typer.Option("--list", help="`changmao lists show` names them.")]
Kind = Annotated[EntryKind, typer.Option(help="Which numbers it stands for.")]


def add(
    number: Number,
    name: ListName,
    category: Annotated[str, typer.Option(help="What it is known for.")],
    action: Annotated[str, typer.Option(help="pass, indicate, monitor, divert, reject; or shadow:reject.")],
    kind: Kind = EntryKind.EXACT,
    source: Annotated[str, typer.Option(help="Who says so.")] = "",
    evidence: Annotated[str, typer.Option(help="What for: a case number.")] = "",
    note: Annotated[str, typer.Option(help="Anything else.")] = "",
    valid_from: Annotated[str, typer.Option(help="2026-03-01, or a time with a zone.")] = "",
    expires_at: Annotated[str, typer.Option(help="Likewise; a day counts to its end.")] = "",
    review_at: Annotated[str, typer.Option(help="Likewise; when to look at it again.")] = "",
    account: As = None,
) -> None:
    """Put one number into a list, or change what stands there for it.

    Example: changmao lists add 19900001234 --list police --category fraud --action reject
    """
    settings = open_settings()
    asked, shadow = read_action(action)
    entry = NewEntry(
        parse_pattern(number, kind),
        category=category,
        action=asked,
        shadow=shadow,
        source=source,
        evidence=evidence,
        note=note,
        valid_from=_time(valid_from, "valid-from"),
        expires_at=_time(expires_at, "expires-at", end=True),
        review_at=_time(review_at, "review-at"),
    )
    with open_lists(settings) as store:
        by = acting_account(store, settings, account)
        version = add_entry(store, name, entry, by=by, single_admin=settings.admin_alone)
        if version is None:
            out.print("it stands there already; nothing was changed")
        else:
            show_outcome(version, stored_notices(store, version.n))


def remove(number: Number, name: ListName, kind: Kind = EntryKind.EXACT, account: As = None) -> None:
    """Take one number out of a list.

    Example: changmao lists remove 19900001234 --list police
    """
    settings = open_settings()
    pattern = parse_pattern(number, kind)
    with open_lists(settings) as store:
        by = acting_account(store, settings, account)
        show_outcome(remove_entry(store, name, pattern, by=by, single_admin=settings.admin_alone))


def _time(text: str, option: str, *, end: bool = False) -> datetime | None:
    seconds = read_moment(text, option, end=end)
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
