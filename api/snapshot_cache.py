"""The snapshot as sent to nodes, built and encoded once for each version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from contracts.node_api import Snapshot


@dataclass(frozen=True, slots=True)
class EncodedSnapshot:
    """A snapshot ready to be sent."""

    version: str
    body: bytes
    """JSON, UTF-8."""


class SnapshotCache:
    """Holds the newest snapshot; a city's takes seconds to read and encode, and all nodes ask at once.

    `version` tells what the store holds, cheaply; `build` reads it all.
    """

    def __init__(self, version: Callable[[], str], build: Callable[[], Snapshot]) -> None:
        self.version = version
        self._build = build
        self._held: EncodedSnapshot | None = None
        self._building = Lock()

    def current(self) -> EncodedSnapshot:
        """Return what the store holds now; those who ask while it is built wait for that one building."""
        with self._building:
            if self._held is None or self._held.version != self.version():
                snapshot = self._build()
                self._held = EncodedSnapshot(snapshot.version, snapshot.model_dump_json().encode())
            return self._held
