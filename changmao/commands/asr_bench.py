"""`changmao asr bench`: how many live streams this machine holds, and how late their results come."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer

from asr.bench.own_server import serve_own
from asr.bench.recorded_call import calls_of
from asr.bench.sweep import searches, sweep
from asr.bench.trial import Trial, run_trial
from changmao.commands.opening import open_settings
from changmao.console import out
from changmao.speech_model import model_of


def bench(
    streams: Annotated[int, typer.Option(min=1, help="Live streams at once; a call has two.")] = 8,
    seconds: Annotated[int, typer.Option(min=1, help="How long they are played.")] = 60,
    processors: Annotated[int, typer.Option(min=1, help="Processors the server may use.")] = 1,
    calls: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            exists=True,
            help="Folder of NAME.caller.wav and NAME.resident.wav; else the demo's.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    sweeping: Annotated[
        bool, typer.Option("--sweep", help="Instead decode with many search settings, as fast as can be.")
    ] = False,
) -> None:
    """Play recorded calls in real time to a speech server of its own, and tell how late its results come.

    Example: changmao asr bench --streams 20 --seconds 60 --json
    """
    model = model_of(open_settings())
    with as_file(files("changmao.demo") / "calls") as shipped:
        folder = calls or shipped
        recorded = calls_of(folder)
        if sweeping:
            for figures in sweep(model, recorded, folder, searches()):
                typer.echo(json.dumps(asdict(figures)))
            return
    found = run_trial(serve_own, model, recorded, streams, seconds, processors)
    if as_json:
        typer.echo(json.dumps(found.as_json()))
    else:
        out.print(_told(found))


def _told(trial: Trial) -> str:
    held = "held" if trial.streams_per_core is not None else "not held"
    lag = trial.final_lag_ms
    return (
        f"{trial.streams} streams for {trial.seconds} s: {held}\n"
        f"final results after their last word: p50 {lag.p50} ms, p95 {lag.p95} ms, p99 {lag.p99} ms\n"
        f"{trial.rtf_per_core} s of processor per second of audio, {trial.memory_mb} MB, "
        f"{trial.refused} refused, {trial.lost} lost"
    )
