"""Read-only branches of a leg's audio, cut into blocks of 100 ms."""

from __future__ import annotations

import ctypes
import time
from collections import deque

import pjsua2 as pj

from telephony.worker.endpoint import CLOCK_RATE, FRAME_MS

FRAME_BYTES = CLOCK_RATE * FRAME_MS // 1000 * 2
FRAMES_A_BLOCK = 5
HELD_FRAMES = 100
"""2 s; older frames are dropped first, and counted, when the loop is late."""
_SILENCE = bytes(FRAME_BYTES)


class Tap(pj.AudioMediaPort):
    """Takes 20 ms frames on PJSUA2's clock thread; the loop takes blocks from it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._frames: deque[tuple[float, bytes]] = deque(maxlen=HELD_FRAMES)
        self.dropped = 0
        self.lent = False
        audio = pj.MediaFormatAudio()
        audio.type = pj.PJMEDIA_TYPE_AUDIO
        audio.clockRate = CLOCK_RATE
        audio.channelCount = 1
        audio.bitsPerSample = 16
        audio.frameTimeUsec = FRAME_MS * 1000
        self.createPort(name, audio)

    def onFrameReceived(self, frame: pj.MediaFrame) -> None:  # noqa: N802 (PJSUA2's name)
        """Keep one frame; a frame of size 0 means silence."""
        if not self.lent:
            return
        if len(self._frames) == HELD_FRAMES:
            self.dropped += 1
        self._frames.append((time.time(), _bytes_of(frame) if frame.size else _SILENCE))

    def take_block(self) -> tuple[float, bytes] | None:
        """Return the oldest 100 ms and when its first frame came, or None when less is there."""
        if len(self._frames) < FRAMES_A_BLOCK:
            return None
        frames = [self._frames.popleft() for _ in range(FRAMES_A_BLOCK)]
        return frames[0][0] - FRAME_MS / 1000, b"".join(pcm for _, pcm in frames)

    def cover(self) -> None:
        """Hear nothing more, whatever still transmits, and forget what was heard."""
        self.lent = False
        self._frames.clear()


def _bytes_of(frame: pj.MediaFrame) -> bytes:
    # 3 us; going through SWIG's ByteVector costs 300 us a frame and with it a core for 70 legs.
    samples = ctypes.c_void_p.from_address(int(frame.buf.this)).value
    return ctypes.string_at(samples or 0, frame.size)


class TapPool:
    """Taps are never freed while the clock may call them: they are lent and given back."""

    def __init__(self) -> None:
        self._free: list[Tap] = []
        self._all: list[Tap] = []

    @property
    def dropped(self) -> int:
        """Frames lost because the loop was late."""
        return sum(tap.dropped for tap in self._all)

    def lend(self) -> Tap:
        """Return an unused tap."""
        if not self._free:
            self._all.append(Tap(f"tap{len(self._all)}"))
            self._free.append(self._all[-1])
        tap = self._free.pop()
        tap.lent = True
        return tap

    def give_back(self, tap: Tap) -> None:
        """Take a tap that nothing transmits to any more."""
        tap.cover()
        self._free.append(tap)
