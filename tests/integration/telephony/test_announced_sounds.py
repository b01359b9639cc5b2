"""Announcements in two voices through the recogniser: each is known, and no ringing tone is taken for one."""

from __future__ import annotations

import json

import pytest

from asr.protocol import StreamConfig
from asr.recogniser import Recogniser, StreamDecoder
from telephony.announcement import Announcement, announcement_in
from tests.fixtures.announced import Recording, recordings

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

BLOCK = 1600
PAUSE = bytes(16 * BLOCK)
"""1.6 s, after which the network would say it again."""


@pytest.fixture(scope="module")
def stream(vosk_model):
    """One stream for all recordings: a recogniser that was used before decodes in half the time."""
    with Recogniser(vosk_model, threads=1) as running:
        yield running.stream(StreamConfig())


async def announced(stream: StreamDecoder, pcm: bytes) -> Announcement | None:
    """Listen as an attempt does: until the first announcement."""
    text = ""
    for at in range(0, len(pcm), BLOCK):
        text += json.loads(await stream.feed(pcm[at : at + BLOCK])).get("text", "")
        if found := announcement_in(text):
            return found
    return None


@pytest.mark.parametrize("each", recordings(), ids=lambda each: each.file.stem)
async def test_a_recording_is_known_for_what_it_is(stream: StreamDecoder, each: Recording) -> None:
    found = await announced(stream, each.pcm + PAUSE)
    await stream.finish()
    assert found is each.announcement
