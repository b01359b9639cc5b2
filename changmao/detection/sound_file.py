"""A recording of one side of a call, or of both, read from a WAV file as a telephone keeps it."""

from __future__ import annotations

from pathlib import Path

from asr.wav import LARGEST_WAV, RATE, BadRecordingError, read_wav
from contracts.errors import BadInputError


def read_sound(path: Path) -> bytes:
    """Return a WAV file of 8000 Hz, mono, 16 bit or G.711 A-law, as PCM16 LE.

    Raises BadInputError where it is another form, longer than an hour or no WAV at all. The service itself
    reads PCM alone; A-law takes half the space, which matters where many calls are kept to measure on.
    """
    channels = read_channels(path)
    if len(channels) > 1:
        raise BadRecordingError(
            f"{path}: give {RATE} Hz, mono, one side of the call; this has {len(channels)} channels"
        )
    return channels[0]


def read_channels(path: Path) -> tuple[bytes, ...]:
    """Return the one or two channels of such a file; errors as of `read_sound`."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_WAV)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read ({error.strerror}); correct the path") from None
    try:
        return read_wav(content)
    except BadRecordingError as error:
        raise BadRecordingError(f"{path}: {error}") from None
