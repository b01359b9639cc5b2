"""A recording of one side of a call, read from a WAV file as a telephone keeps it."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from changmao.detection.telephone_line import from_alaw
from contracts.errors import BadInputError

RATE = 8000
"""Hz"""
_LONGEST_S = 3600
_LARGEST = _LONGEST_S * RATE * 2 + 65_536
"""Bytes: an hour of 16 bit samples, and room for whatever else a file tells of itself."""
_PCM = (1, 1, RATE, 16)
_ALAW = (6, 1, RATE, 8)
"""Format tag (RFC 2361: 6 is A-law), channels, Hz, bits a sample."""


def read_sound(path: Path) -> bytes:
    """Return a WAV file of 8000 Hz, mono, 16 bit or G.711 A-law, as PCM16 LE.

    Raises BadInputError where it is another form, longer than an hour or no WAV at all. The service itself
    reads PCM alone; A-law takes half the space, which matters where many calls are kept to measure on.
    """
    chunks = dict(_chunks(path))
    if not {b"fmt ", b"data"} <= chunks.keys() or len(chunks[b"fmt "]) < 16:
        raise BadInputError(f"{path}: no WAV that can be read; export it anew")
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
    form, sound = (tag, channels, rate, bits), chunks[b"data"]
    if form not in {_PCM, _ALAW} or len(sound) > _LONGEST_S * RATE * bits // 8:
        raise BadInputError(
            f"{path}: give {RATE} Hz, mono, 16 bit or A-law, an hour at the most; this has {rate} Hz, "
            f"{channels} channels, {bits} bit, format {tag}, {len(sound)} bytes of sound"
        )
    return from_alaw(sound) if form == _ALAW else sound[: len(sound) // 2 * 2]


def _chunks(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of each chunk; one that the end of the file cuts off is yielded as it is."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}); correct the path") from None
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return
    start = 12
    while start + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, start)
        yield name, content[start + 8 : start + 8 + size]
        # A chunk of odd size is followed by a byte that fills it up.
        start += 8 + size + size % 2
