"""The overlay as sent to nodes, read from the database at most every few seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Protocol

import structlog

from contracts.node_api import ListFileRef, Overlay

_log = structlog.get_logger(__name__)


class OverlayBase(Protocol):
    """The list file that overlays are laid on."""

    def current(self) -> ListFileRef:
        """Return the file in force; ListsUnavailableError where there is none yet."""
        ...

    def keep_up(self) -> bool:
        """Tell whether an overlay can carry what has changed since; begin a new file if not."""
        ...


@dataclass(frozen=True, slots=True)
class EncodedOverlay:
    """An overlay ready to be sent, and the file it belongs on."""

    file: ListFileRef
    overlay: Overlay
    body: bytes
    """JSON, UTF-8."""


class OverlayCache:
    """Holds the newest overlay; its methods block while it is read, but for `expire`.

    None waits for a list file. While that is too far behind, the overlay goes on with the releases it can
    carry; what calls and reports say, and emergency windows, are as fresh as ever.
    """

    def __init__(
        self,
        files: OverlayBase,
        read: Callable[[int], Overlay],
        seconds: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._files = files
        self._read = read
        self._seconds = seconds
        self._clock = clock
        self._lock = Lock()
        self._held: EncodedOverlay | None = None
        self._read_at = 0.0
        self._expired = True
        self._told = False

    def expire(self) -> None:
        """Let the next who asks read anew, for a fact that must not wait; does not block."""
        self._expired = True

    def version(self) -> str:
        """Return the version of the newest overlay."""
        return self.current().version

    def current(self) -> Overlay:
        """Return the newest overlay; errors as `encoded`."""
        return self.encoded().overlay

    def encoded(self) -> EncodedOverlay:
        """Return the newest overlay; those who ask while it is read wait for that one reading.

        Raises:
            ListsUnavailableError: there is no list file to lay it on.
            StoreUnavailableError: the database is away.
        """
        with self._lock:
            if self._held is None or self._expired or self._clock() - self._read_at >= self._seconds:
                self._expired = False  # before reading: what is committed meanwhile must count
                self._held = self._renewed(self._held)
                self._read_at = self._clock()
            return self._held

    def _renewed(self, held: EncodedOverlay | None) -> EncodedOverlay:
        self._tell_of_standstill(self._files.keep_up())
        file = self._files.current()
        overlay = self._read(file.release)
        if held is not None and (held.overlay.version, held.file) == (overlay.version, file):
            return held
        return EncodedOverlay(file, overlay, overlay.model_dump_json().encode())

    def _tell_of_standstill(self, fresh: bool) -> None:  # noqa: FBT001 (what `keep_up` tells)
        if not fresh and not self._told:
            _log.warning(
                "overlay_stands_still",
                reason="too many entries changed since the list file; later releases wait for a new one",
            )
        self._told = not fresh
