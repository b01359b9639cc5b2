"""The gate ahead of the decoder: lets voices through with what stood before and after them, silence not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import webrtcvad

_FRAME_MS = 20
_MODE = 1
"""Of 0, where most is a voice, to 3; at 2 the error rate rises (docs/speech-server.md)."""
_LOOKED_AT = 5
_VOICED = 2
"""Of the last five frames: fewer are clicks."""
_PRE_ROLL_MS = 400
"""Passed from before a voice was noticed: unvoiced first sounds (sh, q, f) are not voiced frames."""
_HANG_OVER_MS = 500
"""Passed after a voice, as Kaldi's decoder is up to half a second behind the sound. Longer delays every final
result and mishears no less (docs/speech-server.md)."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a stream that went through the gate."""

    start_ms: int
    """From the first sample of the stream, ms."""
    pcm: bytes
    """PCM16 LE."""


class OpenGate:
    """Lets all of a stream through, to measure what the other one costs."""

    is_open = True
    is_quiet = False

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._seen = 0

    def admit(self, pcm: bytes) -> list[Passage]:
        """Return the next piece of the stream (PCM16 LE)."""
        start_ms = self._seen * 1000 // (2 * self._rate)
        self._seen += len(pcm)
        return [Passage(start_ms, pcm)]

    def close(self) -> None:
        """Let all pass on."""


class VoiceGate:
    """Looks at one stream in frames of 20 ms; less than a frame waits for the rest of it.

    All of the first second may pass: WebRTC's detector takes it for a voice until it knows the line.
    """

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._size = sample_rate * 2 * _FRAME_MS // 1000
        self._vad = webrtcvad.Vad(_MODE)
        self._rest = b""
        self._seen_ms = 0
        self._quiet_ms = 0
        self._open = False
        self._before: deque[bytes] = deque(maxlen=_PRE_ROLL_MS // _FRAME_MS)
        self._voiced: deque[bool] = deque(maxlen=_LOOKED_AT)

    @property
    def is_open(self) -> bool:
        """Whether the next frame would pass as it comes."""
        return self._open

    @property
    def is_quiet(self) -> bool:
        """Whether the last frame held no voice."""
        return self._quiet_ms > 0

    def admit(self, pcm: bytes) -> list[Passage]:
        """Return what of the next piece of the stream (PCM16 LE) passes, joined where it is without a gap."""
        passages: list[Passage] = []
        end_ms = None
        for start_ms, frames in self._passing(pcm):
            if start_ms == end_ms:
                last = passages.pop()
                passages.append(Passage(last.start_ms, last.pcm + frames))
            else:
                passages.append(Passage(start_ms, frames))
            end_ms = start_ms + len(frames) // self._size * _FRAME_MS
        return passages

    def close(self) -> None:
        """Let nothing pass until the next voice."""
        self._open = False
        self._voiced.clear()

    def _passing(self, pcm: bytes) -> Iterator[tuple[int, bytes]]:
        sound = self._rest + pcm
        whole = len(sound) // self._size * self._size
        self._rest = sound[whole:]
        for start in range(0, whole, self._size):
            frame = sound[start : start + self._size]
            passing = self._look(frame)
            self._seen_ms += _FRAME_MS
            if passing:
                yield self._seen_ms - len(passing) // self._size * _FRAME_MS, passing

    def _look(self, frame: bytes) -> bytes:
        """Return what passes now: nothing, this frame, or this one and those held back before it."""
        voiced = self._vad.is_speech(frame, self._rate)
        self._quiet_ms = 0 if voiced else self._quiet_ms + _FRAME_MS
        if self._open:
            if self._quiet_ms >= _HANG_OVER_MS:
                self.close()
            return frame
        self._voiced.append(voiced)
        self._before.append(frame)
        if sum(self._voiced) < _VOICED:
            return b""
        self._open = True
        held = b"".join(self._before)
        self._before.clear()
        return held
