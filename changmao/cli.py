"""The command line: commands by name, each loaded when asked for; errors as one line and an exit code."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from changmao.console import out, print_error
from changmao.exit_code import exit_code_of
from changmao.settings import CONFIG_VARIABLE
from contracts.errors import ChangmaoError

COMMANDS = {
    "demo": "demo",
    "serve": "serve",
    "api": "api",
    "due-work": "due_work",
    "node": "node",
    "asr": "asr",
    "call": "call",
    "models": "models",
    "residents": "residents",
    "lists": "lists",
    "phrases": "phrases",
    "detect": "detect",
    "accounts": "accounts",
    "db": "database",
    "doctor": "doctor",
    "config": "config",
}
"""Command to module of changmao.commands, in the order of the help."""

CHILDREN = {"controller": "controller", "worker": "worker", "phone": "phone"}
"""Started by other commands; not shown."""


class _Commands(TyperGroup):
    """Imports one command's module: a telephony worker must not carry web framework and database in it."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002, ANN401 (typer keeps its click private)
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002, ANN401
        module = COMMANDS.get(cmd_name) or CHILDREN.get(cmd_name)
        if module is None:
            return None
        command = typer.main.get_command(import_module(f"changmao.commands.{module}").app)
        command.name = cmd_name
        return command


app = typer.Typer(name="changmao", cls=_Commands, no_args_is_help=True, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(version("changmao"))
        raise typer.Exit


@app.callback()
def _options(
    config_file: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help=f"TOML settings; else {CONFIG_VARIABLE}.")
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Call screening and automated warning calls against telecom fraud."""
    if config_file is not None:
        # In the environment, so that child processes read the same file.
        os.environ[CONFIG_VARIABLE] = str(config_file.absolute())


def main() -> None:
    """Run the command line; exit codes: 0 well, 1 findings or failure, 2 usage or settings."""
    try:
        app()
    except ChangmaoError as error:
        print_error(str(error), error.code)
        sys.exit(exit_code_of(error))
