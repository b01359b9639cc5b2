"""Settings of the speech server."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

_COMPOSED_STREAMS, _COMPILED_STREAMS = 4, 10
"""A process. One was seen to hold 16 with a compiled graph on a processor that did nothing else."""


class AsrSettings(BaseModel):
    """Where the speech server listens and how much it takes on."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    host: str = "127.0.0.1"
    """There is no authentication: listen on loopback or a network of our own."""
    port: int = Field(default=2700, ge=0, le=65535)
    """TCP; 0: any free port. 2700 is vosk-server's."""
    max_streams: int | None = Field(default=None, ge=1)
    """Streams at once (a screened call has two); one more is refused with close code 1013.

    None: 10 a process with a compiled graph, 4 without.
    """
    processes: int = Field(default=2, ge=1)
    """Processes that decode, on one model in memory; more than there are cores gain nothing."""
    model_path: Path | None = None
    """Folder of a Vosk model; None: the small Mandarin model of the models folder."""

    def most_streams(self, *, compiled: bool) -> int:
        """Return how many streams are taken on a graph of this kind."""
        return self.max_streams or self.processes * (_COMPILED_STREAMS if compiled else _COMPOSED_STREAMS)
