"""How well graphs with differently raised words hear recorded calls: the table of ADR 7, a JSON line a cell.

For each weight the model is compiled anew (100 s each for the small one) and the recordings are decoded as
live ones are. Every second recording, in their names' order, is in one half: the weight is chosen on one, and
told of the other.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rapidfuzz.distance import Levenshtein

from asr.model_compiler import compile_model
from asr.models import find_model
from asr.recogniser import Recogniser
from changmao.commands.models import RAISED_BY, vocabulary_of
from changmao.detection.recorded_calls import RecordedCall, read_recorded_calls, recognise
from changmao.settings import load_settings
from contracts.evidence import Speaker
from screening.matcher import Matcher, matcher_of
from screening.phrasebook import Phrasebook
from tests.fixtures.recordings import characters_of

_WEIGHTS = (0.0, 0.1, RAISED_BY, 1.0)
Texts = dict[Speaker, list[str]]


@dataclass(frozen=True, slots=True)
class Hearing:
    """How what was heard differs from what was said, counted."""

    characters: int = 0
    wrong: int = 0
    """Edits of characters."""
    phrases: int = 0
    """Found in what was said, each once a call and speaker."""
    found: int = 0
    """Of these, in what was heard."""
    not_said: int = 0
    """Phrases that were found only in what was heard."""

    def __add__(self, other: Hearing) -> Hearing:
        pairs = zip(asdict(self).values(), asdict(other).values(), strict=True)
        return Hearing(*(ours + theirs for ours, theirs in pairs))


def hearing_of(said: Texts, heard: Texts, matcher: Matcher) -> Hearing:
    """Compare one call's turns with its final results."""
    total = Hearing()
    for speaker in Speaker:
        wanted, got = characters_of("".join(said[speaker])), characters_of("".join(heard[speaker]))
        meant, taken = _phrases(said[speaker], speaker, matcher), _phrases(heard[speaker], speaker, matcher)
        total += Hearing(
            characters=len(wanted),
            wrong=Levenshtein.distance(got, wanted),
            phrases=len(meant),
            found=len(meant & taken),
            not_said=len(taken - meant),
        )
    return total


def cells(model: Path, folders: Sequence[Path], weights: Sequence[float]) -> Iterator[dict[str, object]]:
    """Yield weight, folder, half and figures; the model's folder is only read."""
    matcher = matcher_of(Phrasebook.shipped())
    recordings = {folder: read_recorded_calls(folder) for folder in folders}
    for weight in weights:
        with TemporaryDirectory(prefix="changmao-hearing-") as scratch:
            link = Path(scratch) / model.name
            link.symlink_to(model.absolute())
            compiled = compile_model(link, vocabulary_of(None, weight) if weight else None)
            with Recogniser(compiled.folder, threads=2) as recogniser:
                for folder, calls in recordings.items():
                    for half in (1, 2):
                        figures = [_hearing(call, recogniser, matcher) for call in calls[half - 1 :: 2]]
                        total = sum(figures, Hearing())
                        cell = {"weight": weight, "graph": str(compiled), "folder": folder.name, "half": half}
                        yield {**cell, "recordings": len(figures), **asdict(total)}


def _hearing(call: RecordedCall, recogniser: Recogniser, matcher: Matcher) -> Hearing:
    said: Texts = {speaker: [] for speaker in Speaker}
    heard: Texts = {speaker: [] for speaker in Speaker}
    for turn in call.dialogue.turns:
        said[turn.speaker].append(turn.text)
    for each in recognise(call, recogniser):
        if each.heard.final:
            heard[each.speaker].append(each.heard.text)
    return hearing_of(said, heard, matcher)


def _phrases(texts: Sequence[str], speaker: Speaker, matcher: Matcher) -> set[str]:
    return {match.phrase.id for text in texts for match in matcher.find(text, speaker)}


def main(arguments: list[str]) -> None:
    """Print the cells for the folders named."""
    parser = argparse.ArgumentParser(prog="python -m tests.perf.hearing_table", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", help="of NAME.json and the WAV files of both legs")
    parser.add_argument("--weights", type=float, nargs="+", default=_WEIGHTS, help="0: as published")
    chosen = parser.parse_args(arguments)
    for cell in cells(find_model(load_settings().models), chosen.folders, chosen.weights):
        print(json.dumps(cell, ensure_ascii=False), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
