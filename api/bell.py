"""A bell that wakes everybody who waits for news in this process."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Bell:
    """Rings on one event loop; a ring between two waits is not missed, because rings are counted."""

    def __init__(self) -> None:
        self._rings = 0
        self._next = asyncio.Event()
        self.waiting = 0
        """How many wait."""

    @property
    def rings(self) -> int:
        """How often it has rung; take this before looking for work, then wait for more than this."""
        return self._rings

    def ring(self) -> None:
        """Wake everybody who waits; only on the event loop's thread."""
        self._rings += 1
        rung, self._next = self._next, asyncio.Event()
        rung.set()

    async def wait(self, heard: int, seconds: float) -> int:
        """Wait until it has rung more than `heard` times, or for `seconds`; return the rings so far."""
        if self._rings == heard:
            self.waiting += 1
            try:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._next.wait(), seconds)
            finally:
                self.waiting -= 1
        return self._rings
