"""Recorded calls with a label: both sides over a telephone line, recognised as live ones are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from asr.protocol import StreamConfig, read_answer
from asr.recogniser import Recogniser, StreamDecoder
from asr.result_times import ResultTimes
from changmao.detection.sound_file import RATE, read_sound
from changmao.detection.telephone_line import through_alaw
from contracts.errors import BadInputError
from contracts.evidence import Speaker
from contracts.speech import Heard
from screening.evaluation.dialogue import Dialogue, read_dialogue
from screening.evaluation.playback import Delivered

BLOCK_MS = 100
"""As live audio comes."""
_BLOCK_BYTES = 2 * RATE * BLOCK_MS // 1000
_SILENCE = through_alaw(bytes(_BLOCK_BYTES))


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
    ears = {speaker: _Ear(recogniser) for speaker in Speaker}
    at_ms = 0
    with asyncio.Runner() as runner:
        for blocks in zip_longest(*(_blocks(call.wavs[speaker]) for speaker in Speaker), fillvalue=_SILENCE):
            at_ms += BLOCK_MS
            hearing = (ear.hear(block) for ear, block in zip(ears.values(), blocks, strict=True))
            yield from _delivered(call.dialogue, at_ms, runner.run(_together(hearing)))
        last = (ear.hear_last() for ear in ears.values())
        yield from _delivered(call.dialogue, at_ms, runner.run(_together(last)))


class _Ear:
    """One side of a call: its recogniser, and the times of what was heard."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._decoder: StreamDecoder = recogniser.stream(StreamConfig())
        self._times = ResultTimes()
        self._fed_ms = 0

    async def hear(self, block: bytes) -> Heard | None:
        answer = await self._decoder.feed(block)
        self._fed_ms += BLOCK_MS
        return self._times.heard(read_answer(answer), self._fed_ms)

    async def hear_last(self) -> Heard | None:
        return self._times.heard(read_answer(await self._decoder.finish()), self._fed_ms)


async def _together(hearing: Iterable[Awaitable[Heard | None]]) -> list[Heard | None]:
    return await asyncio.gather(*hearing)


def _delivered(dialogue: Dialogue, at_ms: int, heard: list[Heard | None]) -> Iterator[Delivered]:
    for speaker, result in zip(Speaker, heard, strict=True):
        if result is not None:
            yield Delivered(speaker, result, at_ms, _turn_at(dialogue, speaker, result.end_ms))


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


def _blocks(path: Path) -> Iterator[bytes]:
    """Yield whole blocks; the last one is filled up with silence."""
    sound = through_alaw(read_sound(path))
    for start in range(0, len(sound), _BLOCK_BYTES):
        block = sound[start : start + _BLOCK_BYTES]
        yield block + _SILENCE[len(block) :]
