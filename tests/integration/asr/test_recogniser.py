"""The recogniser alone: order, bounds, damaged models."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from asr.errors import ModelDamagedError, StreamFullError
from asr.protocol import StreamConfig, read_answer
from asr.recogniser import Recogniser
from tests.fixtures.fake_model import model_zip, spec_of
from tests.fixtures.recordings import pcm_of

pytestmark = pytest.mark.integration

BLOCK = 1600


@pytest.fixture
def recogniser(vosk_model: Path) -> Iterator[Recogniser]:
    with Recogniser(vosk_model, threads=2) as running:
        yield running


def _blocks(seconds: int) -> list[bytes]:
    pcm = pcm_of("fraud_police", "caller")[: seconds * 16_000]
    return [pcm[at : at + BLOCK] for at in range(0, len(pcm), BLOCK)]


async def test_blocks_given_at_once_are_decoded_in_their_order(recogniser: Recogniser) -> None:
    one_by_one, at_once = recogniser.stream(StreamConfig()), recogniser.stream(StreamConfig())
    for block in _blocks(4):
        await one_by_one.feed(block)
    blocks = _blocks(4)
    for start in range(0, len(blocks), 10):
        await asyncio.gather(*(at_once.feed(block) for block in blocks[start : start + 10]))
    # Only the text: Kaldi dithers, and times and confidences differ in their last digits.
    assert read_answer(await at_once.finish()).text == read_answer(await one_by_one.finish()).text


async def test_a_stream_takes_only_so_many_blocks_ahead(recogniser: Recogniser) -> None:
    stream = recogniser.stream(StreamConfig())
    results = await asyncio.gather(*(stream.feed(bytes(BLOCK)) for _ in range(20)), return_exceptions=True)
    assert [type(each) for each in results] == [str] * 16 + [StreamFullError] * 4


async def test_the_event_loop_runs_on_while_blocks_are_decoded(recogniser: Recogniser) -> None:
    stream = recogniser.stream(StreamConfig())
    decoding = asyncio.create_task(stream.feed(b"".join(_blocks(4))))
    turns = 0
    while not decoding.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 100


async def test_words_can_be_left_out(recogniser: Recogniser) -> None:
    stream = recogniser.stream(StreamConfig(words=False))
    for block in _blocks(4):
        await stream.feed(block)
    assert set(json.loads(await stream.finish())) == {"text"}


def test_a_model_that_vosk_cannot_load_is_named(tmp_path: Path) -> None:
    from asr.models import fetch_model

    archive = model_zip(tmp_path / "given.zip")
    folder = fetch_model(tmp_path, archive, spec=spec_of(archive))
    with pytest.raises(ModelDamagedError, match="Vosk cannot load"):
        Recogniser(folder, threads=1)
