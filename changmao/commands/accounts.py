"""`changmao accounts`: staff who may log in."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.identity import Role
from api.password import hash_password
from changmao.commands.opening import open_settings, open_store
from changmao.console import out
from contracts.errors import BadInputError
from contracts.ports import RandomIds
from store.accounts import add_account

app = typer.Typer(no_args_is_help=True)

SHORTEST_PASSWORD = 10


@app.callback()
def _group() -> None:
    """Staff accounts."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="The name to log in with.")],
    role: Annotated[Role, typer.Option(help="What the account may do.")] = Role.OPERATOR,
) -> None:
    """Add an account; its password is asked for, or read from standard input.

    Example: changmao accounts add wang --role lead < password-file
    """
    settings = open_settings()
    password = _password()
    with open_store(settings) as store:
        add_account(store, RandomIds().new(), name, hash_password(password), role.value)
    out.print(f"account {name} added with role {role.value}", markup=False)


def _password() -> str:
    if sys.stdin.isatty():
        password = str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if len(password) < SHORTEST_PASSWORD:
        raise BadInputError(f"password: {SHORTEST_PASSWORD} characters at least; nothing was added")
    return password
