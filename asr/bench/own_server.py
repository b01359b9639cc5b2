"""Our own speech server, as a benchmark starts it."""

from __future__ import annotations

import asyncio
from multiprocessing.connection import Connection
from pathlib import Path

from asr.server import serve
from asr.settings import AsrSettings

_MOST_STREAMS = 1000
"""A benchmark looks for the machine's limit, not for the setting's."""


def serve_own(model: Path, processors: int, line: Connection) -> None:
    """Serve with a decoding process a processor until killed."""
    settings = AsrSettings(port=0, max_streams=_MOST_STREAMS, processes=processors)
    asyncio.run(serve(settings, model, line.send))
