"""How far the decoding of one stream is behind its sound."""

from __future__ import annotations

LATE_S = 1.0
"""A stream further behind than this is decoded too late for a word in time."""
_LEAST_BLOCK_S = 0.01
"""A block counts for as much at least: what a shorter one takes is the way to the process and back."""


class Pace:
    """Adds up how much longer blocks took than they last; all times are seconds of one clock.

    Only the wait for the decoder counts. A client that is slow to read or to send lets decoding catch up,
    and a recording that comes faster than it was spoken is decoded faster, too.
    """

    def __init__(self) -> None:
        self._behind_s = 0.0
        self._since = 0.0
        self._asked_s = 0.0
        """What the block lasts that is being decoded; 0: none is."""

    def asks(self, now: float, audio_s: float) -> None:
        """A block is given to the decoder."""
        self._behind_s, self._since = self.behind_s(now), now
        self._asked_s = max(audio_s, _LEAST_BLOCK_S)

    def gets(self, now: float) -> None:
        """The block has its result."""
        self._behind_s, self._since = self.behind_s(now), now
        self._asked_s = 0.0

    def behind_s(self, now: float) -> float:
        """Return how far decoding is behind, s."""
        passed = now - self._since
        return max(0.0, self._behind_s + (passed - self._asked_s if self._asked_s else -passed))

    def is_late(self, now: float) -> bool:
        """Tell whether that is too far."""
        return self.behind_s(now) > LATE_S
