"""The processes that decode: streams shared out, a killed one replaced, all of them ended."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from asr.decoding_pool import DecodingPool, PooledStream
from asr.errors import DecodingLostError, ModelDamagedError, ModelMissingError
from asr.models import fetch_model
from asr.protocol import StreamConfig, read_answer
from tests.fixtures.fake_model import model_zip, spec_of
from tests.fixtures.recordings import pcm_of

pytestmark = pytest.mark.integration

BLOCK = 1600


@pytest.fixture
async def pool(vosk_model: Path) -> AsyncIterator[DecodingPool]:
    running = await DecodingPool.started(vosk_model, 2)
    try:
        yield running
    finally:
        await running.aclose()


async def _said(stream: PooledStream, seconds: int = 4) -> str:
    pcm = pcm_of("fraud_police", "caller")[: seconds * 16_000]
    for at in range(0, len(pcm), BLOCK):
        await stream.feed(pcm[at : at + BLOCK])
    return read_answer(await stream.finish()).text


async def _until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 (processes have no event to wait for)
        await asyncio.sleep(0.01)


async def _until_replaced(pool: DecodingPool, count: int) -> None:
    await _until(lambda: pool.replaced >= count and len(pool.lines) == 2)


async def _feed_on(stream: PooledStream) -> None:
    while True:
        await stream.feed(bytes(BLOCK))


async def test_streams_go_to_the_process_that_has_fewest(pool: DecodingPool) -> None:
    for _ in range(6):
        pool.stream(StreamConfig())
    assert [line.streams for line in pool.lines] == [3, 3]


async def test_a_closed_stream_gives_its_place_back(pool: DecodingPool) -> None:
    stream = pool.stream(StreamConfig())
    await stream.feed(bytes(BLOCK))
    stream.close()
    assert [line.streams for line in pool.lines] == [0, 0]


async def test_the_stream_of_a_killed_process_is_lost_at_once(pool: DecodingPool) -> None:
    stream = pool.stream(StreamConfig())
    await stream.feed(bytes(BLOCK))
    os.kill(next(line.pid for line in pool.lines if line.streams), signal.SIGKILL)
    async with asyncio.timeout(2):
        with pytest.raises(DecodingLostError):
            await _feed_on(stream)


async def test_the_streams_of_other_processes_are_heard_on(pool: DecodingPool) -> None:
    pool.stream(StreamConfig())
    other = pool.stream(StreamConfig())
    hearing = asyncio.create_task(_said(other))
    os.kill(pool.lines[0].pid, signal.SIGKILL)
    assert (await hearing).startswith("喂您好")


async def test_a_killed_process_is_replaced_and_hears_within_2_seconds(pool: DecodingPool) -> None:
    os.kill(pool.lines[0].pid, signal.SIGKILL)
    async with asyncio.timeout(2):
        await _until_replaced(pool, 1)
        await pool.stream(StreamConfig()).feed(bytes(BLOCK))


async def test_a_process_is_replaced_even_where_the_nursery_was_killed_before(pool: DecodingPool) -> None:
    nursery = pool._keeper._process
    assert nursery is not None
    nursery.kill()
    await nursery.wait()
    os.kill(pool.lines[0].pid, signal.SIGKILL)
    async with asyncio.timeout(30):
        await _until_replaced(pool, 1)
    assert (await _said(pool.stream(StreamConfig()))).startswith("喂您好")


async def test_a_process_that_hangs_is_killed_and_replaced(
    pool: DecodingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.decoding_line._LONGEST_S", 0.2)
    stream = pool.stream(StreamConfig())
    os.kill(next(line.pid for line in pool.lines if line.streams), signal.SIGSTOP)
    with pytest.raises(DecodingLostError, match="no result within"):
        await stream.feed(bytes(BLOCK))
    async with asyncio.timeout(10):
        await _until_replaced(pool, 1)


async def test_what_a_lost_process_did_is_still_counted(pool: DecodingPool) -> None:
    await pool.stream(StreamConfig()).feed(bytes(BLOCK))
    for line in pool.lines:
        os.kill(line.pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        await _until_replaced(pool, 2)
    assert pool.gone.audio_s == pytest.approx(0.1)


async def test_all_processes_end_with_the_pool(vosk_model: Path) -> None:
    pool = await DecodingPool.started(vosk_model, 2)
    processes = [Path(f"/proc/{line.pid}") for line in pool.lines]
    await pool.aclose()
    async with asyncio.timeout(5):
        await _until(lambda: not any(process.exists() for process in processes))


async def test_no_process_is_started_where_there_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError):
        await DecodingPool.started(tmp_path / "none", 1)


async def test_a_model_that_vosk_cannot_load_is_named(tmp_path: Path) -> None:
    archive = model_zip(tmp_path / "given.zip")
    folder = fetch_model(tmp_path, archive, spec=spec_of(archive))
    with pytest.raises(ModelDamagedError, match="Vosk cannot load"):
        await DecodingPool.started(folder, 1)
