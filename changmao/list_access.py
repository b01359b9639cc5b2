"""Number lists and phrasebook from the command line: the database they are in, and who changes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import typer

from api.identity import Role
from changmao.commands.opening import open_store
from changmao.console import err, print_error
from changmao.exit_code import ExitCode
from changmao.first_start import FIRST_ACCOUNT, make_data_folder, prepare
from changmao.settings import Settings
from contracts.errors import BadInputError, ConfigurationError, ConflictError, NotFoundError
from store.accounts import find_account
from store.migrations import Tables, tables_of
from store.unit_of_work import SqlStore


class OutdatedDatabaseError(ConfigurationError):
    """The database was made by an older version of the service, which may be running still."""

    code: ClassVar[str] = "database.outdated"


@contextmanager
def open_lists(settings: Settings) -> Iterator[SqlStore]:
    """Open the database for one command, on a fresh machine with SQLite made first.

    What is refused (an unknown list or version, a second person's part, a conflict) ends the command with
    the exit code of bad usage: another try of the same will not help.

    Raises:
        OutdatedDatabaseError: its tables are not those of this version; an older service may run on them.
        NewerDatabaseError: a newer version of the service made it.
    """
    _check_tables(settings)
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
            f"account {name}: the role {account.role} may not change number lists and phrases; ask an admin"
        )
    return name


def _check_tables(settings: Settings) -> None:
    own_machine = settings.database.startswith("sqlite:")
    if own_machine:
        make_data_folder(settings)
    with open_store(settings) as store:
        tables = tables_of(store.engine)
        complete = tables is Tables.CURRENT and find_account(store, FIRST_ACCOUNT) is not None
    if own_machine and tables is not Tables.OUTDATED:
        if not complete:
            _prepare(settings)
    elif tables is not Tables.CURRENT:
        raise OutdatedDatabaseError(
            f"database: its tables are {tables}; stop the service and run `changmao db upgrade`"
        )


def _prepare(settings: Settings) -> None:
    if password_file := prepare(settings):
        err.print(
            f"made {settings.data_dir}; the password of {FIRST_ACCOUNT} is in {password_file}", markup=False
        )
