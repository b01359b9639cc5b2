"""Which processes a service or a node is made of, in the order they start."""

from __future__ import annotations

import sys

from changmao.readiness import Answers, ListensAt
from changmao.settings import Settings
from changmao.supervisor import ProcessSpec


def service_processes(settings: Settings) -> tuple[ProcessSpec, ...]:
    """Return all processes of a service on one machine: control plane, then node."""
    api = settings.api
    return (
        ProcessSpec(
            "api",
            _command("api", "--no-due-work"),
            ready=Answers(f"http://{api.host}:{api.port}/healthz"),
        ),
        ProcessSpec("due-work", _command("due-work")),
        *node_processes(settings),
    )


def node_processes(settings: Settings) -> tuple[ProcessSpec, ...]:
    """Return the processes of a node: speech server, controller, telephony workers."""
    asr, node = settings.asr, settings.node
    return (
        ProcessSpec("asr", _command("asr", "serve"), ready=Answers(f"http://{asr.host}:{asr.port}/healthz")),
        ProcessSpec("controller", _command("controller"), ready=ListensAt(node.socket_path)),
        *(ProcessSpec(f"worker-{n + 1}", _command("worker", str(n))) for n in range(node.workers)),
    )


def _command(*arguments: str) -> tuple[str, ...]:
    """Children find the same settings as we do: by the environment they inherit."""
    return (sys.executable, "-m", "changmao", *arguments)
