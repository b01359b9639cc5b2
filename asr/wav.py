"""Recordings as WAV files: the channels of one, as a telephone keeps sound."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from asr.telephone_line import from_alaw
from contracts.errors import BadInputError

RATE = 8000
"""Hz"""
_LONGEST_S = 3600
_MOST_CHANNELS = 2
LARGEST_WAV = _LONGEST_S * RATE * 2 * _MOST_CHANNELS + 65_536
"""Bytes: an hour of 16 bit samples, and room for whatever else a file tells of itself."""
_PCM = (1, RATE, 16)
_ALAW = (6, RATE, 8)
"""Format tag (RFC 2361: 6 is A-law), Hz, bits a sample."""


class BadRecordingError(BadInputError):
    """A file is no recording of the form asked for; the message says which form it has."""

    code = "asr.recording"


def read_wav(content: bytes) -> tuple[bytes, ...]:
    """Return the channels of a WAV file of 8000 Hz, 16 bit or G.711 A-law, each as PCM16 LE.

    Raises BadRecordingError where it is of another form, of more than two channels, longer than an hour or no
    WAV at all.
    """
    chunks = dict(_chunks(content))
    if not {b"fmt ", b"data"} <= chunks.keys() or len(chunks[b"fmt "]) < 16:
        raise BadRecordingError("no WAV that can be read; export it anew")
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
    form, sound = (tag, rate, bits), chunks[b"data"]
    known = form in {_PCM, _ALAW} and 0 < channels <= _MOST_CHANNELS
    if not known or len(sound) > _LONGEST_S * RATE * channels * bits // 8:
        raise BadRecordingError(
            f"give {RATE} Hz, mono or two channels, 16 bit or A-law, an hour at the most; this has "
            f"{rate} Hz, {channels} channels, {bits} bit, format {tag}, {len(sound)} bytes of sound"
        )
    return _split(from_alaw(sound) if form == _ALAW else sound, channels)


def _split(pcm: bytes, channels: int) -> tuple[bytes, ...]:
    whole = len(pcm) // (2 * channels) * channels
    samples = np.frombuffer(pcm, dtype="<i2", count=whole).reshape(-1, channels)
    return tuple(samples[:, channel].tobytes() for channel in range(channels))


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of each chunk; one that the end of the file cuts off is yielded as it is."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return
    start = 12
    while start + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, start)
        yield name, content[start + 8 : start + 8 + size]
        # A chunk of odd size is followed by a byte that fills it up.
        start += 8 + size + size % 2
