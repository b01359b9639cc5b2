"""`changmao asr`: the speech server's process."""

from __future__ import annotations

import asyncio

import structlog
import typer

from asr.compiled_model import graph_of
from asr.server import serve as serve_speech
from changmao.commands.asr_bench import bench
from changmao.commands.opening import open_settings
from changmao.speech_model import model_of
from changmao.stop_signals import until_stopped

app = typer.Typer(no_args_is_help=True)
app.command()(bench)


@app.callback()
def _group() -> None:
    """Speech recognition."""


@app.command()
def serve() -> None:
    """Run the speech server: vosk-server's WebSocket protocol on asr.port.

    Example: CHANGMAO_ASR__HOST=10.0.0.5 changmao asr serve
    """
    settings = open_settings()
    model = model_of(settings)
    log = structlog.get_logger()
    log.info("model_chosen", model=model.name, graph=graph_of(model))
    asyncio.run(
        until_stopped(
            serve_speech(
                settings.asr,
                model,
                lambda port: log.info("asr_listens", host=settings.asr.host, port=port),
            )
        )
    )
