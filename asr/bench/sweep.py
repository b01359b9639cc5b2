"""A sweep over the decoder's search settings: what each costs, and what it mishears."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from time import thread_time

from rapidfuzz.distance import Levenshtein

from asr.bench.recorded_call import BLOCK_MS, RecordedCall
from asr.decoder import Decoder
from asr.protocol import StreamConfig, read_answer
from asr.search import Search
from asr.speech_model import SpeechModel
from asr.voice_gate import OpenGate, VoiceGate
from contracts.errors import BadInputError

BEAMS, LATTICE_BEAMS, MOST_ACTIVE = (8.0, 10.0, 12.0, 14.0), (2.0, 4.0), (3000, 5000)
"""Around what the model is published with: 12, 4 and 5000."""


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """What decoding with one search showed."""

    search: Search
    real_time_factor: float
    """Processor seconds per second of audio, silence included."""
    character_error_rate: float


def searches() -> list[Search]:
    """Return all that a sweep tries."""
    return [Search(*each) for each in product(BEAMS, LATTICE_BEAMS, MOST_ACTIVE)]


def sweep(
    model: Path,
    calls: Sequence[RecordedCall],
    scripts: Path,
    tried: Sequence[Search],
    gate: type[VoiceGate | OpenGate] = VoiceGate,
) -> Iterator[SearchFigures]:
    """Decode the calls with one search after another behind a gate, as fast as can be.

    `scripts`: folder of NAME.json, whose turns tell what was said. Raises BadInputError where one is missing.
    """
    said = {call.name: _said(scripts / f"{call.name}.json") for call in calls}
    for search in tried:
        with _searching(model, search) as folder:
            speech_model = SpeechModel(folder)
            decoded = [
                _decoded(Decoder(speech_model, StreamConfig(), gate), leg, wanted)
                for call in calls
                for leg, wanted in zip((call.caller, call.resident), said[call.name], strict=True)
            ]
        spent_s, sound_s, wrong, characters = (sum(column) for column in zip(*decoded, strict=True))
        yield SearchFigures(search, spent_s / sound_s, wrong / max(1, characters))


def _decoded(decoder: Decoder, leg: Sequence[bytes], wanted: str) -> tuple[float, float, int, int]:
    """Return seconds of processor and of sound, wrong characters, and characters that were said."""
    begun = thread_time()
    heard = _heard(decoder, leg)
    spent_s = thread_time() - begun
    return spent_s, len(leg) * BLOCK_MS / 1000, Levenshtein.distance(heard, wanted), len(wanted)


def _heard(decoder: Decoder, leg: Sequence[bytes]) -> str:
    answers = [read_answer(decoder.feed(block)) for block in leg]
    return "".join(each.text for each in (*answers, read_answer(decoder.finish())) if each.final)


def _said(path: Path) -> tuple[str, str]:
    """Return what caller and resident said, letters and digits only."""
    try:
        turns = json.loads(path.read_text(encoding="utf-8"))["turns"]
    except (OSError, ValueError, KeyError) as error:
        raise BadInputError(f"{path} does not tell what was said in its call: {error}") from error
    texts = {
        side: "".join(turn["text"] for turn in turns if turn["speaker"] == side)
        for side in ("caller", "resident")
    }
    return re.sub(r"\W", "", texts["caller"]), re.sub(r"\W", "", texts["resident"])


@contextmanager
def _searching(model: Path, search: Search) -> Iterator[Path]:
    """Yield a folder that is the model but for its search."""
    with TemporaryDirectory(prefix="changmao-search-") as scratch:
        folder = Path(scratch)
        for part in model.iterdir():
            if part.is_dir() and part.name != "conf":
                (folder / part.name).symlink_to(part.absolute())
        (folder / "conf").mkdir()
        for part in (model / "conf").iterdir():
            (folder / "conf" / part.name).write_bytes(part.read_bytes())
        search.write_into(folder)
        yield folder
