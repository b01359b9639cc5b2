"""`changmao demo`: a fraud call from the INVITE to the open case, all of it real, on loopback."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from changmao.commands.opening import open_settings
from changmao.console import err, out, print_json
from changmao.demo.account import figures_of, step_record, steps_of
from changmao.demo.performance import Audience, perform, running
from changmao.demo.scenario import DEFAULT, NAMES, Scenario, own_scenario, shipped_scenario
from changmao.demo.screen import Screen
from changmao.demo.stage import Service, prepare_stage
from changmao.demo.summary import summary_of
from changmao.demo.witness import TooLateError, Witness
from changmao.exit_code import ExitCode
from changmao.first_start import FIRST_ACCOUNT
from changmao.settings import Settings
from changmao.speech_model import model_of
from changmao.stop_signals import stop_event
from contracts.errors import BadInputError

app = typer.Typer()


@dataclass(frozen=True, slots=True)
class _Manner:
    """How the demonstration is shown."""

    headless: bool
    json: bool
    keep: bool
    record: Path | None


@app.command()
def demo(
    scenario: Annotated[str, typer.Option(help=f"One of {', '.join(NAMES)}.")] = DEFAULT,
    caller_wav: Annotated[Path | None, typer.Option(help="Play this instead of the caller's part.")] = None,
    resident_wav: Annotated[Path | None, typer.Option(help="Play this instead of the resident's.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="Data folder to use and keep; else a temporary one.")
    ] = None,
    record: Annotated[Path | None, typer.Option(help="Folder for what both phones hear.")] = None,
    headless: Annotated[bool, typer.Option(help="No live transcript.")] = False,
    json: Annotated[bool, typer.Option(help="Print the result as JSON and nothing else.")] = False,
    keep: Annotated[bool, typer.Option(help="Leave the service running until Ctrl-C.")] = False,
) -> None:
    """Start a whole service on loopback, play one call through it, and account for every step.

    Exit code 0 when every step of the scenario happened, 1 when one did not (it is named).

    Example: changmao demo --scenario fraud_tasks --headless --json
    """
    chosen = _scenario(scenario, caller_wav, resident_wav)
    if record is not None:
        record.mkdir(parents=True, exist_ok=True)
    model = model_of(open_settings())
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="changmao-")))
        settings = prepare_stage(folder.absolute(), model.parent)
        manner = _Manner(headless or json or not sys.stdout.isatty(), json, keep, record)
        whole = asyncio.run(_demonstrate(chosen, settings, folder, manner))
    if not whole:
        raise typer.Exit(ExitCode.FINDINGS)


def _scenario(name: str, caller_wav: Path | None, resident_wav: Path | None) -> Scenario:
    scenario = shipped_scenario(name)
    if caller_wav is None and resident_wav is None:
        return scenario
    if caller_wav is None or resident_wav is None:
        raise BadInputError("give --caller-wav and --resident-wav together: a call has two sides")
    return own_scenario(scenario, caller_wav.absolute(), resident_wav.absolute())


async def _demonstrate(scenario: Scenario, settings: Settings, folder: Path, manner: _Manner) -> bool:
    async with running(Service(folder), settings) as witness:
        whole = await _show(scenario, settings, witness, manner)
        if manner.keep:
            await _keep(settings)
    return whole


async def _show(scenario: Scenario, settings: Settings, witness: Witness, manner: _Manner) -> bool:
    with ExitStack() as stack:
        if manner.headless:
            audience = Audience(lambda _: None, lambda _: None)
        else:
            screen = stack.enter_context(Screen(out))
            audience = Audience(screen.show, screen.say)
        try:
            facts = await perform(scenario, settings, witness, audience, manner.record)
        except TooLateError as error:
            _print_failure(scenario, error, manner)
            return False
    steps = steps_of(scenario, facts)
    failed = next((step.name for step in steps if not step.happened), None)
    if manner.json:
        figures = figures_of(scenario, facts)
        records = [step_record(step) for step in steps]
        print_json({"scenario": scenario.name, "failed_step": failed, **figures, "steps": records})
    else:
        out.print(summary_of(scenario, steps, figures_of(scenario, facts)))
    if failed:
        err.print(f"step not seen: {failed}", markup=False, style="red")
    return failed is None


def _print_failure(scenario: Scenario, error: TooLateError, manner: _Manner) -> None:
    if manner.json:
        print_json({"scenario": scenario.name, "failed_step": str(error), "steps": []})
    err.print(f"step not seen: {error}", markup=False, style="red")


async def _keep(settings: Settings) -> None:
    """Leave the service to be looked at until a signal comes."""
    err.print(f"console: http://{settings.api.host}:{settings.api.port}/console", markup=False)
    err.print(
        f"login: {FIRST_ACCOUNT}, password in {settings.admin_password_file}; Ctrl-C ends it", markup=False
    )
    await stop_event().wait()
