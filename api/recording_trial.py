"""An uploaded recording over a telephone line to the speech server, for what it hears in it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import ClassVar

from asr.client import transcribe
from asr.telephone_line import through_alaw
from asr.wav import RATE, BadRecordingError, read_wav
from contracts.errors import ChangmaoError, ConfigurationError, ConflictError
from contracts.evidence import Speaker
from screening.evaluation.playback import Delivered

LONGEST_S = 240
"""Of a recording: with two channels it still fits into a request, and live calls need the speech server more
than trials do."""
_PATIENCE_S = 120
ONE_AT_A_TIME = asyncio.Lock()
"""Held while a recording of this process is being heard."""


class SpeechNotConfiguredError(ConfigurationError):
    """No speech server is set; nobody can hear recordings."""

    code: ClassVar[str] = "phrases.no_speech_server"


class SpeechTooSlowError(ChangmaoError):
    """The speech server did not hear a recording to its end in time: it has live calls to hear."""

    code: ClassVar[str] = "phrases.speech_slow"


class SpeechBusyError(ConflictError):
    """Another recording is being tried; they go one after another."""

    code: ClassVar[str] = "phrases.speech_busy"


class LongRecordingError(BadRecordingError):
    """A recording is longer than trials take."""

    code = "phrases.long_recording"


async def heard_in(content: bytes, speaker: Speaker, url: str) -> list[Delivered]:
    """Return the final results of a WAV file; of two channels the left one is the caller.

    Each as if it came the moment its last word ended: the file is heard faster than it was spoken.

    Raises BadRecordingError for a file of another form, SpeechNotConfiguredError where `url` is empty,
    SpeechBusyError, SpeechTooSlowError, AsrRefusedError and AsrLostError where nobody heard it.
    """
    if not url:
        raise SpeechNotConfiguredError(
            "setting api.speech_url: is empty; name a speech server, ws://HOST:PORT"
        )
    sides = await asyncio.to_thread(_sides, content, speaker)
    if ONE_AT_A_TIME.locked():
        raise SpeechBusyError("another recording is being tried; try again in a minute")
    async with ONE_AT_A_TIME:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                heard = await asyncio.gather(*(transcribe(url, pcm, RATE) for pcm in sides.values()))
        except TimeoutError:
            raise SpeechTooSlowError(
                f"the speech server at {url} took over {_PATIENCE_S} s; try a shorter recording, or later"
            ) from None
    results = [
        Delivered(who, each, each.end_ms, None)
        for who, side in zip(sides, heard, strict=True)
        for each in side
    ]
    return sorted(results, key=lambda result: result.at_ms)


def _sides(content: bytes, speaker: Speaker) -> Mapping[Speaker, bytes]:
    channels = read_wav(content)
    if len(channels[0]) > LONGEST_S * RATE * 2:
        raise LongRecordingError(f"the recording is longer than {LONGEST_S} s; cut out the part that matters")
    speakers = (speaker,) if len(channels) == 1 else (Speaker.CALLER, Speaker.RESIDENT)
    return {who: through_alaw(channel) for who, channel in zip(speakers, channels, strict=True)}
