"""Reading WAV files: what a telephone keeps is taken, all else is refused by name."""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import pytest

from changmao.detection.sound_file import read_sound
from contracts.errors import BadInputError

pytestmark = pytest.mark.unit

# G.711: +0 and -0, the smallest steps, and the largest level there is.
CODES = bytes([0xD5, 0x55, 0xD4, 0x54, 0xAA, 0x2A])
LEVELS = struct.pack("<6h", 8, -8, 24, -24, 32256, -32256)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content + bytes(len(content) % 2)


def wav(file: Path, tag: int, rate: int, bits: int, *chunks: bytes) -> Path:
    form = struct.pack("<HHIIHHH", tag, 1, rate, rate * bits // 8, bits // 8, bits, 0)
    body = b"WAVE" + chunk(b"fmt ", form) + b"".join(chunks)
    file.write_bytes(struct.pack("<4sI", b"RIFF", len(body)) + body)
    return file


def test_samples_of_16_bit_are_returned_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "pcm.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(LEVELS)
    assert read_sound(file) == LEVELS


def test_alaw_is_returned_as_it_sounds(tmp_path: Path) -> None:
    assert read_sound(wav(tmp_path / "a.wav", 6, 8000, 8, chunk(b"data", CODES))) == LEVELS


def test_what_else_a_file_tells_of_itself_is_passed_over(tmp_path: Path) -> None:
    others = (chunk(b"fact", bytes(4)), chunk(b"LIST", b"odd"), chunk(b"data", CODES))
    assert read_sound(wav(tmp_path / "a.wav", 6, 8000, 8, *others)) == LEVELS


def test_a_recording_that_was_broken_off_is_read_up_to_there(tmp_path: Path) -> None:
    file = wav(tmp_path / "a.wav", 6, 8000, 8, chunk(b"data", CODES))
    file.write_bytes(file.read_bytes()[:-2])
    assert read_sound(file) == LEVELS[:-4]


@pytest.mark.parametrize(
    ("tag", "rate", "bits"), [(6, 16_000, 8), (1, 44_100, 16), (1, 8000, 8), (7, 8000, 8), (3, 8000, 32)]
)
def test_another_form_is_refused_with_what_to_give(tmp_path: Path, tag: int, rate: int, bits: int) -> None:
    file = wav(tmp_path / "other.wav", tag, rate, bits, chunk(b"data", CODES))
    with pytest.raises(
        BadInputError, match=r"other\.wav: give 8000 Hz, mono or two channels, 16 bit or A-law"
    ):
        read_sound(file)


def test_more_than_an_hour_is_refused(tmp_path: Path) -> None:
    file = wav(tmp_path / "long.wav", 6, 8000, 8, chunk(b"data", bytes(3600 * 8000 + 1)))
    with pytest.raises(BadInputError, match="an hour at the most"):
        read_sound(file)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"ID3\x04 something else",
        b"RIFF\x04\0\0\0WAVE",
        b"RIFF\x0c\0\0\0WAVEdata\0\0\0\0",
        b"RIFF\xff\0\0\0WAVEfmt \x02\0\0\0\x01\0data\0\0\0\0",
    ],
)
def test_what_is_no_wav_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "none.wav"
    file.write_bytes(content)
    with pytest.raises(BadInputError, match=r"none\.wav: no WAV that can be read"):
        read_sound(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"gone\.wav: cannot be read \(No such file"):
        read_sound(tmp_path / "gone.wav")
