"""The telephony worker's process: runs the loop until told to stop."""

from __future__ import annotations

import os
import signal

from telephony.settings import NodeSettings
from telephony.worker.worker import Worker


def run(settings: NodeSettings, index: int) -> None:
    """Run worker `index` of a node until SIGTERM or SIGINT; ends the process. PortTakenError at start."""
    stopping = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker = Worker(settings, index, os.getpid())
    while not stopping:
        worker.step()
    worker.close()
