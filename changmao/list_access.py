"""Number lists from the command line: the database they are in, and who changes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from api.identity import Role
from changmao.commands.opening import open_store
from changmao.console import err, print_error
from changmao.exit_code import ExitCode
from changmao.first_start import FIRST_ACCOUNT, make_data_folder, prepare
from changmao.settings import Settings
from contracts.errors import BadInputError, ConflictError, NotFoundError
from store.accounts import find_account
from store.migrations import is_current
from store.unit_of_work import SqlStore


@contextmanager
def open_lists(settings: Settings) -> Iterator[SqlStore]:
    """Open the database for one command, on a fresh machine with SQLite made first.

    What is refused (an unknown list or version, a second person's part, a conflict) ends the command with
    the exit code of bad usage: another try of the same will not help.
    """
    _prepare_once(settings)
    try:
        with open_store(settings) as store:
            yield store
    except (ConflictError, NotFoundError) as error:
        print_error(str(error), error.code)
        raise typer.Exit(ExitCode.USAGE) from None


def acting_account(store: SqlStore, settings: Settings, name: str | None) -> str:
    """Return the account that a change is recorded under; none given is the first one, where it is alone.

    Raises:
        BadInputError: none was given and single_admin is off, or its role may not change lists.
        NotFoundError: there is no such account.
    """
    if name is None and not settings.admin_alone:
        raise BadInputError("who does this? give --as ACCOUNT; the setting single_admin is off")
    name = name or FIRST_ACCOUNT
    account = find_account(store, name)
    if account is None:
        raise NotFoundError(f"account {name}: unknown; `changmao accounts add` makes one")
    if account.role not in {role for role in Role if role.may_change_lists}:
        raise BadInputError(
            f"account {name}: the role {account.role} may not change number lists; ask an admin"
        )
    return name


def _prepare_once(settings: Settings) -> None:
    if not settings.database.startswith("sqlite:"):
        return
    make_data_folder(settings)
    with open_store(settings) as store:
        ready = is_current(store.engine) and find_account(store, FIRST_ACCOUNT) is not None
    if not ready and (password_file := prepare(settings)):
        err.print(
            f"made {settings.data_dir}; the password of {FIRST_ACCOUNT} is in {password_file}", markup=False
        )
