"""Recorded calls with a label: both sides over a telephone line, recognised as live ones are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asr.recogniser import Recogniser
from changmao.detection.hearing import hear
from changmao.detection.sound_file import read_sound
from contracts.errors import BadInputError
from contracts.evidence import Speaker
from screening.evaluation.dialogue import Dialogue, read_dialogue
from screening.evaluation.playback import Delivered


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """NAME.json with NAME.caller.wav and NAME.resident.wav, which begin at the same moment."""

    dialogue: Dialogue
    wavs: dict[Speaker, Path]


def read_recorded_calls(folder: Path) -> list[RecordedCall]:
    """Return the calls of a folder, sorted by name.

    Raises BadInputError where there is none, or a file is missing or cannot be used.
    """
    scripts = sorted(folder.glob("*.json"))
    if not scripts:
        raise BadInputError(
            f"{folder}: holds no recorded call; put NAME.json, NAME.caller.wav and NAME.resident.wav there"
        )
    return [_recorded(script) for script in scripts]


def recognise(call: RecordedCall, recogniser: Recogniser) -> Iterator[Delivered]:
    """Yield what is recognised of both sides, as it comes; nothing is decoded that nobody takes."""
    sides = {speaker: read_sound(call.wavs[speaker]) for speaker in Speaker}
    for speaker, heard, at_ms in hear(sides, recogniser):
        yield Delivered(speaker, heard, at_ms, _turn_at(call.dialogue, speaker, heard.end_ms))


def _turn_at(dialogue: Dialogue, speaker: Speaker, at_ms: int) -> int | None:
    """Return the turn that this speaker had begun last."""
    begun = [
        index
        for index, turn in enumerate(dialogue.turns)
        if turn.speaker is speaker and turn.start_ms is not None and turn.start_ms <= at_ms
    ]
    return begun[-1] if begun else None


def _recorded(script: Path) -> RecordedCall:
    try:
        dialogue = read_dialogue(script.read_bytes(), str(script))
    except OSError as error:
        raise BadInputError(f"{script}: cannot be read ({error.strerror}); correct the path") from None
    wavs = {speaker: script.with_name(f"{script.stem}.{speaker}.wav") for speaker in Speaker}
    for wav in wavs.values():
        if not wav.is_file():
            raise BadInputError(f"{wav}: is missing; {script.name} needs both sides of its call")
        read_sound(wav)  # a fault is better told before minutes of recognising
    return RecordedCall(dialogue, wavs)
