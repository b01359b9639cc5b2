"""`changmao call`: a test call through a running service."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from changmao.commands.opening import open_settings
from changmao.console import out, print_json
from changmao.demo.phones import CallPlan, PhoneProcess, caller_phone, check_recordings, resident_phone
from changmao.exit_code import ExitCode
from changmao.settings import SettingError
from telephony.phone.script import WarningManners
from telephony.settings import NodeSettings

app = typer.Typer()


@app.command()
def call(
    from_number: Annotated[str, typer.Option("--from", help="Number shown as caller.")],
    to_number: Annotated[str, typer.Option("--to", help="Number called.")],
    caller_wav: Annotated[Path, typer.Option(help="What the caller says: WAV, 8 kHz, 16 bit, mono.")],
    resident_wav: Annotated[Path, typer.Option(help="What the resident says; starts at the answer.")],
    manners: Annotated[
        WarningManners, typer.Option(help="What the resident does when warned.")
    ] = WarningManners.PRESS,
    stay: Annotated[
        float, typer.Option(min=0, max=600, help="Seconds the resident's phone waits to be warned.")
    ] = 0,
    record: Annotated[Path | None, typer.Option(help="Folder for what both phones hear.")] = None,
    json: Annotated[bool, typer.Option(help="Print what both phones told, as JSON.")] = False,
) -> None:
    """Place a real SIP call: the resident's phone listens where the first trunk's default route leads.

    Exit code 0 when the call was answered, 1 when not.

    Example: changmao call --from 19900009876 --to 19900001234 --caller-wav a.wav --resident-wav b.wav
    """
    node = open_settings().node
    if not node.trunks:
        raise SettingError("setting node.trunks: none; a test call needs a trunk that trusts this machine")
    check_recordings(caller_wav, resident_wav)
    plan = CallPlan(from_number, to_number, caller_wav, resident_wav, manners, record)
    told = asyncio.run(_call(plan, node, stay))
    if json:
        print_json({role: [event.model_dump() for event in phone.events] for role, phone in told.items()})
    else:
        for role, phone in told.items():
            for event in phone.events:
                out.print(
                    f"{event.at:.3f} {role:8} {event.event} {event.status or ''} {event.detail}", markup=False
                )
    if told["caller"].find("answered") is None:
        raise typer.Exit(ExitCode.FINDINGS)


async def _call(plan: CallPlan, node: NodeSettings, stay: float) -> dict[str, PhoneProcess]:
    if plan.record:
        plan.record.mkdir(parents=True, exist_ok=True)
    resident, caller = resident_phone(plan, node), caller_phone(plan, node)
    try:
        await resident.start()
        await caller.start()
        await caller.ended()
        async with asyncio.timeout(stay):
            await resident.told(lambda: resident.gone or _warned(resident))
    except TimeoutError:
        pass  # nobody had to warn
    finally:
        await asyncio.gather(caller.stop(), resident.stop())
    return {"caller": caller, "resident": resident}


def _warned(resident: PhoneProcess) -> bool:
    return any(event.event == "gone" and event.attempt for event in resident.events)
