"""Whether one stream is decoded as fast as it is spoken."""

from __future__ import annotations

_AT_ONCE_S = 0.001
"""A message that came sooner had been waiting to be read."""
_BEHIND_S = 1.0


class Pace:
    """Watches a stream from the last time that it had nothing to do; all times are seconds of one clock.

    A block is asked for only when the one before has its result. A stream whose next block is always
    there already has a client that is ahead: it sends a recording, which is decoded faster than it was
    spoken, or decoding is behind a live call.
    """

    def __init__(self, now: float) -> None:
        self._busy_since = now
        self._asked_at: float | None = None
        self._decoded_s = 0.0

    def asks(self, now: float) -> None:
        """The next message is waited for."""
        self._asked_at = now

    def gets(self, now: float) -> None:
        """The next message is there."""
        if self._idle(now):
            self._busy_since = now
            self._decoded_s = 0.0
        self._asked_at = None

    def decoded(self, audio_s: float) -> None:
        """So much audio had its result."""
        self._decoded_s += audio_s

    def is_behind(self, now: float) -> bool:
        """Tell whether it has been busy for more than a second, with less audio than time."""
        busy_s = now - self._busy_since
        return not self._idle(now) and busy_s > _BEHIND_S and self._decoded_s < busy_s

    def _idle(self, now: float) -> bool:
        return self._asked_at is not None and now - self._asked_at > _AT_ONCE_S
