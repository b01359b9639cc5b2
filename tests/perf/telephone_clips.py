"""Makes recorded calls of a folder of clips: telephone sound, a second of silence round each, what was said.

A folder of clips holds manifest.tsv (columns `path` and `transcript`) and mono WAV files of 16 bit.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from asr.wav import RATE
from contracts.errors import BadInputError
from tests.fixtures.sound_files import written

_PROJECT = Path(__file__).resolve().parents[2]
_SILENCE = bytes(2 * RATE)


@dataclass(frozen=True, slots=True)
class Clip:
    """What one person reads."""

    path: Path
    transcript: str

    def pcm(self) -> bytes:
        """Return its sound as PCM16 LE at 8000 Hz."""
        with wave.open(str(self.path)) as sound:
            if (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
                raise BadInputError(f"{self.path} is not mono of 16 bit; export it so")
            samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
            rate = sound.getframerate()
        shared = gcd(RATE, rate)
        heard = resample_poly(samples.astype(float), RATE // shared, rate // shared)
        return np.clip(np.rint(heard), -32768, 32767).astype("<i2").tobytes()

    def write_call(self, into: Path) -> None:
        """Write it as a call whose caller reads it and whose resident says nothing."""
        sound = self.pcm()
        name = self.path.stem
        written(into / f"{name}.caller.wav", _SILENCE + sound + _SILENCE)
        written(into / f"{name}.resident.wav", _SILENCE)
        end_s = round(1 + len(sound) / (2 * RATE), 2)
        turn = {"speaker": "caller", "text": self.transcript, "start_s": 1.0, "end_s": end_s}
        call = {"id": name, "label": "benign", "turns": [turn]}
        (into / f"{name}.json").write_text(json.dumps(call, ensure_ascii=False, indent=1), encoding="utf-8")


def clips_of(folder: Path) -> Iterator[Clip]:
    """Yield the clips that a folder's manifest names; BadInputError where there is none."""
    try:
        with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                yield Clip(folder / row["path"], row["transcript"])
    except (OSError, KeyError) as error:
        raise BadInputError(f"{folder} holds no manifest.tsv with path and transcript: {error}") from error


def write_calls(folder: Path, into: Path) -> int:
    """Write a call for each clip and return how many; BadInputError where `into` is inside the project."""
    if into.resolve().is_relative_to(_PROJECT):
        raise BadInputError(f"{into} is inside the project, where others' recordings have no place")
    into.mkdir(parents=True, exist_ok=True)
    count = 0
    for clip in clips_of(folder):
        clip.write_call(into)
        count += 1
    return count


def main(arguments: list[str]) -> None:
    """Write the calls of the folder named into the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.perf.telephone_clips", description=__doc__)
    parser.add_argument("clips", type=Path, help="folder of manifest.tsv and WAV files")
    parser.add_argument("into", type=Path, help="folder outside the project, made where it is missing")
    chosen = parser.parse_args(arguments)
    print(f"{write_calls(chosen.clips, chosen.into)} calls in {chosen.into}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
