"""Real decoding processes: killed, hung and lost ones replaced, and all of them ended."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from asr.decoding_pool import DecodingPool
from asr.decoding_wire import DecodingOrder
from asr.errors import DecodingLostError, ModelDamagedError
from asr.models import fetch_model
from asr.nursery_keeper import NurseryKeeper
from asr.pooled_stream import PooledStream
from asr.protocol import StreamConfig, read_answer
from tests.fixtures.fake_model import model_zip, spec_of
from tests.fixtures.recordings import pcm_of
from tests.fixtures.speech_servers import has_ended

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

BLOCK = 1600


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(vosk_model: Path) -> AsyncIterator[DecodingPool]:
    running = await DecodingPool.started(NurseryKeeper(vosk_model), 2, places=4)
    try:
        with pytest.MonkeyPatch.context() as patch:
            # Its processes are killed by one test after another, which is no reason to give up.
            patch.setattr("asr.decoding_pool._SHORT_LIFE_S", 0.0)
            yield running
    finally:
        await running.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def streams(pool: DecodingPool) -> AsyncIterator[list[PooledStream]]:
    """One stream on each process, in their order."""
    pair = [await pool.stream(StreamConfig()) for _ in range(2)]
    yield pair
    for stream in pair:
        stream.close()


async def _said(stream: PooledStream) -> str:
    pcm = pcm_of("fraud_police", "caller")[: 3 * 16_000]
    for at in range(0, len(pcm), BLOCK):
        await stream.feed(pcm[at : at + BLOCK])
    return read_answer(await stream.finish()).text


async def _said_anew(pool: DecodingPool) -> str:
    with closing(await pool.stream(StreamConfig())) as stream:
        return await _said(stream)


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 (processes have no event to wait for)
            await asyncio.sleep(0.01)


async def _feed_on(stream: PooledStream) -> None:
    while True:
        await stream.feed(bytes(BLOCK))


async def test_the_other_process_hears_on_where_one_is_killed(
    pool: DecodingPool, streams: list[PooledStream]
) -> None:
    hearing = asyncio.create_task(_said(streams[1]))
    await streams[0].feed(bytes(BLOCK))
    os.kill(pool.lines[0].pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        with pytest.raises(DecodingLostError):
            await _feed_on(streams[0])
    assert (await hearing).startswith("喂")


async def test_killed_processes_are_replaced_by_others_that_hear(pool: DecodingPool) -> None:
    before = {line.pid for line in pool.lines}
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    await _until(lambda: not before & {line.pid for line in pool.lines} and len(pool.lines) == 2)
    heard = await asyncio.gather(_said_anew(pool), _said_anew(pool))
    assert [text[:1] for text in heard] == ["喂", "喂"]


async def test_a_process_is_replaced_even_where_the_nursery_was_killed_before(pool: DecodingPool) -> None:
    own, nursery, decoding, _ = pool.pids
    assert own == os.getpid()
    os.kill(nursery, signal.SIGKILL)
    await _until(lambda: has_ended(nursery))
    os.kill(decoding, signal.SIGKILL)
    await _until(lambda: len(pool.pids) == 4 and decoding not in pool.pids)
    assert nursery not in pool.pids


async def test_a_process_is_replaced_even_where_the_nursery_hangs(
    pool: DecodingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.nursery_keeper._FORK_S", 0.2)
    _, nursery, decoding, _ = pool.pids
    os.kill(nursery, signal.SIGSTOP)
    os.kill(decoding, signal.SIGKILL)
    await _until(lambda: len(pool.pids) == 4 and decoding not in pool.pids)
    assert nursery not in pool.pids
    assert has_ended(nursery)


async def test_a_process_that_hangs_is_killed_and_replaced(
    pool: DecodingPool, streams: list[PooledStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.decoding_line._LONGEST_S", 0.2)
    hung = pool.lines[0].pid
    os.kill(hung, signal.SIGSTOP)
    with pytest.raises(DecodingLostError, match="no result within"):
        await streams[0].feed(bytes(BLOCK))
    await _until(lambda: has_ended(hung) and len(pool.lines) == 2)


async def test_a_stream_that_fails_is_lost_and_its_process_lives(pool: DecodingPool) -> None:
    line = pool.lines[0]
    with pytest.raises(DecodingLostError, match="KeyError"):
        # Of a stream that was never opened.
        await line.ask(1 << 20, DecodingOrder.FEED, bytes(BLOCK), 0.1)
    with closing(await pool.stream(StreamConfig())) as beside:
        assert await beside.feed(bytes(BLOCK))
    assert line in pool.lines


async def test_processes_leave_stopping_to_the_server(
    pool: DecodingPool, streams: list[PooledStream]
) -> None:
    for pid in pool.pids[1:]:
        os.kill(pid, signal.SIGTERM)
    for stream in streams:
        assert await stream.feed(bytes(BLOCK))


async def test_all_processes_end_with_the_pool(vosk_model: Path) -> None:
    pool = await DecodingPool.started(NurseryKeeper(vosk_model), 1, places=4)
    started = pool.pids[1:]
    await pool.aclose()
    assert len(started) == 2
    await _until(lambda: all(has_ended(pid) for pid in started))


async def test_a_nursery_whose_model_has_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelDamagedError, match="there is no speech model at"):
        await DecodingPool.started(NurseryKeeper(tmp_path / "none"), 1, places=4)


async def test_a_model_that_vosk_cannot_load_is_named(tmp_path: Path) -> None:
    archive = model_zip(tmp_path / "given.zip")
    folder = fetch_model(tmp_path, archive, spec=spec_of(archive))
    with pytest.raises(ModelDamagedError, match="Vosk cannot load"):
        await DecodingPool.started(NurseryKeeper(folder), 1, places=4)
