"""The last 2 s of one leg's sound: what waits to be sent, and what a new stream hears again."""

from __future__ import annotations

from collections import deque

from telephony.link.framing import Sound

HELD_BLOCKS = 20
"""2 s; older blocks are let go first."""
LONGEST_HOLE_S = 2.0
"""A longer hole in a leg's sound is not filled with silence: what follows is another stream."""
_JITTER_S = 0.5
"""Blocks come as late as this after a stall, and catch up again; a hole counts from here on."""
_BYTES_A_S = 16_000


class HeldSound:
    """Blocks in the order they came, with a mark between those that were taken and those that wait.

    A stream counts its time in samples, so what is missing between two blocks is given out as silence.
    """

    def __init__(self) -> None:
        self._blocks: deque[Sound] = deque()
        self._taken = 0
        # Let go before it was taken: sent as silence, or all later times would shift.
        self._lost_bytes = 0
        self._stream_at = 0.0
        self.dropped = 0
        """Blocks let go before they were taken."""

    @property
    def waiting(self) -> int:
        """Blocks that were not taken."""
        return len(self._blocks) - self._taken

    @property
    def waiting_ms(self) -> float:
        """Their length and that of the silence owed before them, ms."""
        waiting = sum(len(self._blocks[n].pcm) for n in range(self._taken, len(self._blocks)))
        return 1000 * (self.owed_s + waiting / _BYTES_A_S)

    @property
    def owed_s(self) -> float:
        """Length of what was let go before the stream under way took it; silence comes in its place."""
        return self._lost_bytes / _BYTES_A_S

    @property
    def interrupted(self) -> bool:
        """Whether the next block comes so long after the last one taken that it belongs to another stream."""
        return self._hole_s() - self.owed_s > LONGEST_HOLE_S

    def feed(self, sound: Sound) -> None:
        """Hold a block; of more than 2 s the oldest is let go."""
        if len(self._blocks) == HELD_BLOCKS:
            oldest = self._blocks.popleft()
            if self._taken:
                self._taken -= 1
            else:
                self._lost_bytes += len(oldest.pcm)
                self.dropped += 1
        self._blocks.append(sound)

    def rewind(self) -> float:
        """Begin a stream with the oldest block held; return when it began, s since the epoch."""
        self._taken = self._lost_bytes = 0
        self._stream_at = self._blocks[0].at
        return self._stream_at

    def cut(self) -> None:
        """Forget what was taken: the next stream begins with what waits."""
        for _ in range(self._taken):
            self._blocks.popleft()
        self._taken = 0

    def take(self) -> bytes:
        """Return the next block, PCM16 LE at 8000 Hz, after silence for what is missing before it."""
        hole_s = self._hole_s()
        lost_bytes, self._lost_bytes = self._lost_bytes, 0
        if hole_s >= _JITTER_S:
            lost_bytes = 2 * round(hole_s * _BYTES_A_S / 2)
        pcm = bytes(lost_bytes) + self._blocks[self._taken].pcm
        self._taken += 1
        self._stream_at += len(pcm) / _BYTES_A_S
        return pcm

    def _hole_s(self) -> float:
        """From where the stream has come to where the next block begins."""
        return self._blocks[self._taken].at - self._stream_at
