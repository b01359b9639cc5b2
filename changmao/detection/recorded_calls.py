"""Recorded calls with a label: both sides over a telephone line, recognised as live ones are."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from asr.protocol import StreamConfig, read_answer
from asr.recogniser import Recogniser, StreamDecoder
from asr.result_times import ResultTimes
from changmao.detection.telephone_line import through_alaw
from contracts.errors import BadInputError
from contracts.evidence import Speaker
from contracts.speech import Heard
from screening.evaluation.dialogue import Dialogue, read_dialogue
from screening.evaluation.playback import Delivered

RATE = 8000
"""Hz"""
BLOCK_MS = 100
"""As live audio comes."""
_BLOCK_BYTES = 2 * RATE * BLOCK_MS // 1000
_SILENCE = through_alaw(bytes(_BLOCK_BYTES))
_LONGEST_S = 3600


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """NAME.json with NAME.caller.wav and NAME.resident.wav, which begin at the same moment."""

    dialogue: Dialogue
    wavs: dict[Speaker, Path]


def read_recorded_calls(folder: Path) -> list[RecordedCall]:
    """Return the calls of a folder, sorted by name; BadInputError where there is none, or a file lacks."""
    scripts = sorted(folder.glob("*.json"))
    if not scripts:
        raise BadInputError(
            f"{folder}: holds no recorded call; put NAME.json, NAME.caller.wav and NAME.resident.wav there"
        )
    return [_recorded(script) for script in scripts]


def recognise(call: RecordedCall, recogniser: Recogniser) -> list[Delivered]:
    """Return what was recognised of both sides, in the order it came; BadInputError where a WAV is unfit."""
    return asyncio.run(_recognise(call, recogniser))


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


async def _recognise(call: RecordedCall, recogniser: Recogniser) -> list[Delivered]:
    ears = {speaker: _Ear(recogniser) for speaker in Speaker}
    delivered: list[Delivered] = []
    at_ms = 0
    for blocks in zip_longest(*(_blocks(call.wavs[speaker]) for speaker in Speaker), fillvalue=_SILENCE):
        at_ms += BLOCK_MS
        hearing = (ear.hear(block) for ear, block in zip(ears.values(), blocks, strict=True))
        delivered += _delivered(call.dialogue, at_ms, await asyncio.gather(*hearing))
    last = await asyncio.gather(*(ear.hear_last() for ear in ears.values()))
    return [*delivered, *_delivered(call.dialogue, at_ms, last)]


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
    return RecordedCall(dialogue, wavs)


def _blocks(path: Path) -> Iterator[bytes]:
    """Yield whole blocks; the last one is filled up with silence."""
    sound = through_alaw(_pcm(path))
    for start in range(0, len(sound), _BLOCK_BYTES):
        block = sound[start : start + _BLOCK_BYTES]
        yield block + _SILENCE[len(block) :]


def _pcm(path: Path) -> bytes:
    try:
        with wave.open(str(path)) as sound:
            form = (sound.getframerate(), sound.getsampwidth(), sound.getnchannels())
            if form != (RATE, 2, 1) or sound.getnframes() > _LONGEST_S * RATE:
                raise BadInputError(
                    f"{path}: give 8000 Hz, 16 bit, mono, an hour at the most; this has {form}"
                )
            pcm: bytes = sound.readframes(sound.getnframes())
            return pcm
    except (OSError, EOFError, wave.Error) as error:
        raise BadInputError(f"{path}: no WAV that can be read ({error}); export it anew") from None
