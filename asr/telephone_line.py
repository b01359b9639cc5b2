"""What a telephone line does to sound: G.711 A-law at 8000 Hz."""

from __future__ import annotations

import numpy as np

_CODES = np.arange(128)
_SEGMENTS, _STEPS = _CODES >> 4, _CODES & 15
# G.711 tables 1a and 1b at 16 bits: from where on a magnitude gets a code, and what the code is read as.
_FROM = np.where(_SEGMENTS == 0, _STEPS << 4, ((_STEPS << 4) + 0x100) << np.maximum(_SEGMENTS - 1, 0))
_READ_AS = np.where(
    _SEGMENTS == 0, (_STEPS << 4) + 8, ((_STEPS << 4) + 0x108) << np.maximum(_SEGMENTS - 1, 0)
)

_TURNED = 0x55
"""Codes are sent with their even bits turned, so that silence keeps the line's clock going."""


def from_alaw(codes: bytes) -> bytes:
    """Return A-law codes, one byte a sample, as PCM16 LE."""
    plain = np.frombuffer(codes, dtype=np.uint8) ^ _TURNED
    levels = _READ_AS[plain & 0x7F]
    heard: bytes = np.where(plain >= 0x80, levels, -levels).astype("<i2").tobytes()
    return heard


def through_alaw(pcm: bytes) -> bytes:
    """Return PCM16 LE as it sounds after A-law; equally long. Raises ValueError for half a sample."""
    samples = np.frombuffer(pcm, dtype="<i2")
    # The code of -1 is that of 0 but for its sign: A-law has no zero.
    magnitudes = np.where(samples < 0, ~samples, samples)
    levels = _READ_AS[np.searchsorted(_FROM, magnitudes, side="right") - 1]
    heard: bytes = np.where(samples < 0, -levels, levels).astype("<i2").tobytes()
    return heard
