"""`changmao doctor`: what is wrong on this machine, and what to run."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from changmao.commands.opening import open_settings
from changmao.console import out, print_json
from changmao.diagnosis import Finding, examine
from changmao.exit_code import ExitCode

app = typer.Typer()


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Look at Python, PJSUA2, model, data folder, disk, database and ports; exit code 1 if anything is wrong.

    Example: changmao doctor --json
    """
    findings = []
    for finding in examine(open_settings()):
        findings.append(finding)
        if not as_json:
            out.print(_line(finding))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    if not all(finding.ok for finding in findings):
        raise typer.Exit(ExitCode.FINDINGS)


def _line(finding: Finding) -> Text:
    state = Text("ok      ", "green") if finding.ok else Text("problem ", "bold red")
    remedy = f" -> {finding.remedy}" if finding.remedy else ""
    return Text.assemble(state, f"{finding.what}: {finding.detail}{remedy}")
