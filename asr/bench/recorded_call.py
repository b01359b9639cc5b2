"""Recorded calls of a folder, both legs of each, as a telephone line would bring them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from asr.telephone_line import through_alaw
from asr.wav import RATE, read_wav
from contracts.errors import BadInputError

BLOCK_MS = 100
BLOCK_BYTES = 2 * RATE * BLOCK_MS // 1000
_SILENCE = through_alaw(bytes(BLOCK_BYTES))


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """Both legs in blocks of 100 ms, PCM16 LE at 8000 Hz, equally long."""

    name: str
    caller: tuple[bytes, ...]
    resident: tuple[bytes, ...]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.caller) * BLOCK_MS / 1000


def calls_of(folder: Path) -> list[RecordedCall]:
    """Return the calls of a folder of NAME.caller.wav and NAME.resident.wav, in order of their names.

    Raises BadInputError where there is none or a leg is missing, BadRecordingError for a file of another
    form.
    """
    calls = []
    for caller in sorted(folder.glob("*.caller.wav")):
        name = caller.name.removesuffix(".caller.wav")
        legs = zip_longest(
            _blocks(caller), _blocks(caller.with_name(f"{name}.resident.wav")), fillvalue=_SILENCE
        )
        ours, theirs = zip(*legs, strict=True)
        calls.append(RecordedCall(name, ours, theirs))
    if not calls:
        raise BadInputError(f"{folder} holds no NAME.caller.wav; name a folder of recorded calls")
    return calls


def _blocks(path: Path) -> Iterator[bytes]:
    if not path.is_file():
        raise BadInputError(f"{path} is missing; a recorded call is NAME.caller.wav and NAME.resident.wav")
    sound = through_alaw(read_wav(path.read_bytes())[0])
    for start in range(0, len(sound), BLOCK_BYTES):
        yield sound[start : start + BLOCK_BYTES].ljust(BLOCK_BYTES, b"\0")
