"""`changmao config`: the settings in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from changmao.commands.opening import open_settings
from changmao.console import out, print_json
from changmao.masked_settings import masked_settings

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Settings."""


@app.command()
def show(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Show the settings in force, from file, environment and defaults; secrets are masked.

    Example: changmao --config /etc/changmao.toml config show --json
    """
    values = masked_settings(open_settings())
    if as_json:
        print_json(values)
        return
    for name, value in _flat(values):
        out.print(f"{name} = {value}", markup=False)


def _flat(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
