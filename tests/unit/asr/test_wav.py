"""The channels of a WAV file."""

from __future__ import annotations

import io
import struct
import wave

import pytest

from asr.wav import BadRecordingError, read_wav

pytestmark = pytest.mark.unit


def wav(channels: int, samples: bytes, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((channels, 2, rate, 0, "NONE", ""))
        sound.writeframes(samples)
    return file.getvalue()


def test_two_channels_are_told_apart() -> None:
    assert read_wav(wav(2, struct.pack("<4h", 1, -1, 2, -2))) == (
        struct.pack("<2h", 1, 2),
        struct.pack("<2h", -1, -2),
    )


def test_a_frame_that_was_cut_off_is_left_out() -> None:
    assert read_wav(wav(2, struct.pack("<4h", 1, -1, 2, -2))[:-2]) == (
        struct.pack("<h", 1),
        struct.pack("<h", -1),
    )


def test_three_channels_are_refused() -> None:
    with pytest.raises(BadRecordingError, match="3 channels"):
        read_wav(wav(3, bytes(6)))
