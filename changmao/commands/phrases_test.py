"""`changmao phrases test`: what a phrasebook makes of a text or a recording, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from asr.recogniser import Recogniser
from changmao.commands.opening import open_settings
from changmao.console import err, out, print_json
from changmao.detection.explanation_lines import lines, plain
from changmao.detection.hearing import hear
from changmao.detection.sound_file import read_channels
from changmao.phrasebook_file import phrasebook_text
from changmao.speech_model import model_of
from contracts.errors import BadInputError
from contracts.evidence import Speaker
from screening.evaluation.explanation import Explanation
from screening.evaluation.playback import Delivered
from screening.evaluation.written_talk import deliveries_of_text
from screening.phrasebook import Phrasebook


def try_out(
    talk: Annotated[str, typer.Argument(metavar="TEXT|FILE.wav", help="What is said, or a recording of it.")],
    speaker: Annotated[Speaker, typer.Option(help="Who says it, where nothing else tells.")] = Speaker.CALLER,
    phrasebook: Annotated[Path | None, typer.Option(help="YAML; else the one that is shipped.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Show which phrases are found in a talk, what each adds, and which level the talk reaches.

    Lines of a text may begin with their speaker, `caller:` or `resident:`. A WAV file of 8000 Hz goes over a
    telephone line to the speech model; of two channels the left is the caller, the right the resident.

    Example: changmao phrases test "您涉嫌洗钱，把钱转到安全账户" --speaker caller
    """
    book = Phrasebook.parse(phrasebook_text(phrasebook))
    if talk.lower().endswith(".wav"):
        explanation = Explanation.of(_results_of_file(Path(talk), speaker), book)
    else:
        explanation = Explanation.of(deliveries_of_text(_checked(talk), speaker), book)
    if as_json:
        print_json(plain(explanation))
        return
    for line in lines(explanation):
        out.print(line, markup=False)


def _checked(text: str) -> str:
    if not text.strip():
        raise BadInputError("TEXT is empty; give what is said, or the name of a WAV file")
    return text.encode(errors="replace").decode()  # half surrogate pairs, from bytes that are no UTF-8


def _results_of_file(path: Path, speaker: Speaker) -> Iterator[Delivered]:
    sides = _sides(read_channels(path), speaker)
    model = model_of(open_settings())
    # Two threads: one for each side of the call.
    with err.status("recognising"), Recogniser(model, threads=2) as recogniser:
        for who, heard, at_ms in hear(sides, recogniser):
            yield Delivered(who, heard, at_ms, turn=None)


def _sides(channels: tuple[bytes, ...], speaker: Speaker) -> Mapping[Speaker, bytes]:
    if len(channels) == 1:
        return {speaker: channels[0]}
    return dict(zip((Speaker.CALLER, Speaker.RESIDENT), channels, strict=True))
