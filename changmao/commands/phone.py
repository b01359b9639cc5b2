"""`changmao phone`: one test phone's process, its script on standard input."""

from __future__ import annotations

import sys

import typer

from telephony.phone.caller import run_caller
from telephony.phone.resident import run_resident
from telephony.phone.script import CallerScript, ResidentScript

app = typer.Typer()


@app.command()
def phone(role: str) -> None:
    """Run a caller's or a resident's phone (started by `call` and `demo`)."""
    script = sys.stdin.read()
    if role == "caller":
        run_caller(CallerScript.model_validate_json(script))
    else:
        run_resident(ResidentScript.model_validate_json(script))
