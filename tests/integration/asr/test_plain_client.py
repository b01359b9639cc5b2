"""Clients written for vosk-server, with nothing but a WebSocket, against our server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.fixtures.recordings import character_error_rate, pcm_of, turns_of
from tests.fixtures.speech_servers import speech_process

pytestmark = pytest.mark.integration

RATE = 8000
AT_ONCE = 2 * RATE // 5
"""Bytes of 0.2 s, as vosk-server's examples send them."""


@pytest.fixture(scope="module")
def url(vosk_model: Path) -> Iterator[str]:
    with speech_process(vosk_model) as (url, _):
        yield url


async def _converse(url: str, config: str, pcm: bytes) -> list[dict[str, Any]]:
    """Send a block, wait for its answer, send the next: what vosk-server's examples do."""
    answers = []
    async with connect(url) as socket:
        await socket.send(config)
        for at in range(0, len(pcm), AT_ONCE):
            await socket.send(pcm[at : at + AT_ONCE])
            answers.append(json.loads(await socket.recv()))
        await socket.send('{"eof" : 1}')
        answers.append(json.loads(await socket.recv()))
    return answers


async def test_a_client_that_waits_for_each_answer_hears_the_speech(url: str) -> None:
    turn = turns_of("benign_courier", "caller")[0]
    pcm = pcm_of("benign_courier", "caller")[: int(turn["end_s"] * RATE) * 2]
    answers = await _converse(url, '{ "config" : { "sample_rate" : 8000 } }', pcm)
    heard = "".join(answer.get("text", "") for answer in answers).replace(" ", "")
    assert character_error_rate(heard, turn["text"]) <= 0.25


async def test_every_block_has_one_answer_partial_or_final(url: str) -> None:
    answers = await _converse(url, '{"config": {}}', pcm_of("benign_courier", "caller")[: 4 * 2 * RATE])
    assert len(answers) == 4 * 5 + 1
    assert all(("partial" in answer) != ("text" in answer) for answer in answers)


async def test_words_have_times_in_seconds_where_they_are_asked_for(url: str) -> None:
    config = '{"config": {"sample_rate": 8000, "words": 1, "phrase_list": ["喂"], "max_alternatives": 0}}'
    answers = await _converse(url, config, pcm_of("benign_courier", "caller")[: 4 * 2 * RATE])
    words = [word for answer in answers for word in answer.get("result", [])]
    assert words
    assert all(0 <= word["start"] < word["end"] <= 4 for word in words)
