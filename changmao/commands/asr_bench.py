"""`changmao asr bench`: how many live streams a speech server holds, and how late their results come."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer

from asr.bench.load import Load
from asr.bench.own_server import serve_own
from asr.bench.recorded_call import calls_of
from asr.bench.sweep import searches, sweep
from asr.bench.trial import LEAST_FINALS, Trial, run_trial, try_url
from asr.voice_gate import OpenGate, VoiceGate
from changmao.commands.opening import open_settings
from changmao.console import err, out
from changmao.speech_model import model_of


def bench(
    streams: Annotated[int, typer.Option(min=1, help="Live streams at once; a call has two.")] = 8,
    seconds: Annotated[int, typer.Option(min=1, help="How long they are played.")] = 30,
    processors: Annotated[int, typer.Option(min=1, help="Processors the server may use.")] = 1,
    calls: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            exists=True,
            help="Folder of NAME.caller.wav and NAME.resident.wav; else the demo's.",
        ),
    ] = None,
    repeat: Annotated[bool, typer.Option("--repeat", help="Play calls again when all were played.")] = False,
    url: Annotated[
        str | None,
        typer.Option(help="A speech server that runs already, ours or vosk-server: ws://HOST:PORT."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    sweeping: Annotated[
        bool, typer.Option("--sweep", help="Instead decode with many search settings, as fast as can be.")
    ] = False,
    ungated: Annotated[
        bool, typer.Option("--no-gate", help="With --sweep: decode the silence, too.")
    ] = False,
) -> None:
    """Play recorded calls in real time to a speech server of its own, and tell how late its results come.

    Examples: changmao asr bench --streams 20 --seconds 60 --calls recordings --json;
    an hour at capacity: changmao asr bench --streams 20 --seconds 3600 --repeat
    """
    with as_file(files("changmao.demo") / "calls") as shipped:
        folder = calls or shipped
        recorded = calls_of(folder)
        if sweeping:
            gate = OpenGate if ungated else VoiceGate
            for figures in sweep(model_of(open_settings()), recorded, folder, searches(), gate):
                typer.echo(json.dumps(asdict(figures)))
            return
    load = Load(recorded, streams, seconds, repeat)
    if url is None:
        found = run_trial(serve_own, model_of(open_settings()), load, processors, err.print)
    else:
        found = try_url(url, load, processors)
    if as_json:
        typer.echo(json.dumps(found.as_json()))
    else:
        out.print(_told(found))


def _told(trial: Trial) -> str:
    lag = trial.final_lag_ms
    lines = [
        f"{trial.streams} streams for {trial.seconds} s: {_verdict(trial)}",
        f"{trial.finals} final results after their last word:",
        f"p50 {lag.p50} ms, p95 {lag.p95} ms, p99 {lag.p99} ms",
        f"{trial.refused} streams refused, {trial.lost} lost",
    ]
    if trial.memory is not None:
        course = trial.memory
        lines.append(
            f"{trial.rtf_per_core} s of processor per second of audio; memory {course.start} MB at first, "
            f"{course.middle} MB in the middle, {course.end} MB at the end"
        )
    return "\n".join(lines)


def _verdict(trial: Trial) -> str:
    if trial.streams_per_core is not None:
        return "held"
    return "not held" if trial.finals >= LEAST_FINALS else "too few results to tell"
