"""`changmao node`: telephony and speech for an api elsewhere."""

from __future__ import annotations

import asyncio

import typer

from changmao.commands.opening import open_settings
from changmao.first_start import make_data_folder
from changmao.ports import asr_port, check_free, sip_ports
from changmao.process_plan import node_processes
from changmao.speech_model import model_of
from changmao.supervisor import supervise

app = typer.Typer()


@app.command()
def node() -> None:
    """Run a node: speech server, controller and telephony workers.

    Example: CHANGMAO_NODE__API_URL=https://api.example CHANGMAO_NODE__TOKEN_FILE=token changmao node
    """
    settings = open_settings()
    model_of(settings)
    check_free((asr_port(settings), *sip_ports(settings)))
    make_data_folder(settings)
    asyncio.run(supervise(node_processes(settings), settings.data_dir))
