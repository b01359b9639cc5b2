"""What a caller hears while a telephone rings: silence and 450 Hz by turns."""

from __future__ import annotations

import numpy as np

RATE = 8000
"""Hz"""
TONE_HZ = (400, 500)
"""China's ringing tone is 450 Hz, give or take 25 (ITU-T E.180, supplement 2)."""
SHARE = 0.9
"""Of a block's energy; the rest is noise of the line."""
QUIET = 100.0
"""-50 dBFS, root mean square of samples of 16 bits: nobody announces so softly."""


def is_ringing(pcm: bytes) -> bool:
    """Tell whether a block of 100 ms (PCM16 LE, 8000 Hz) is no more than ringing or silence.

    One in which the tone is switched on or off may be taken for more: its edge has every frequency.
    """
    samples = np.frombuffer(pcm, dtype="<i2").astype(float)
    if np.sqrt(np.mean(samples**2)) < QUIET:
        return True
    energy = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    tone = energy[(hertz >= TONE_HZ[0]) & (hertz <= TONE_HZ[1])]
    return bool(tone.sum() > SHARE * energy.sum())
