"""Streams shared out among decoding processes, and processes replaced, on processes that hear nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from threading import get_ident
from time import monotonic

import pytest
import pytest_asyncio

from asr.decoding_line import DecodingLine
from asr.decoding_pool import DecodingPool
from asr.decoding_wire import DecodingOrder
from asr.errors import DecodingLostError
from asr.metrics import AsrMetrics
from asr.pace import Pace
from asr.pooled_stream import PooledStream
from asr.protocol import StreamConfig
from tests.fixtures.played_nursery import PlayedNursery

pytestmark = pytest.mark.integration

BLOCK = bytes(1600)
UNDECODABLE = b"\xff" * 1600


@pytest.fixture
def nursery() -> PlayedNursery:
    return PlayedNursery()


@pytest_asyncio.fixture
async def pool(nursery: PlayedNursery) -> AsyncIterator[DecodingPool]:
    running = await DecodingPool.started(nursery, 2)
    try:
        yield running
    finally:
        await running.aclose()


async def _streams(pool: DecodingPool, count: int) -> list[PooledStream]:
    return [await pool.stream(StreamConfig()) for _ in range(count)]


async def _until_lost(pool: DecodingPool, count: int) -> None:
    async with asyncio.timeout(10):
        while pool.replaced < count:  # noqa: ASYNC110 (a process has no event to wait for)
            await asyncio.sleep(0)


def _late() -> Pace:
    pace = Pace()
    pace.asks(monotonic() - 60, 0.1)
    return pace


def _served(pool: DecodingPool) -> list[int]:
    return sorted(line.streams for line in pool.lines)


async def test_streams_go_to_the_process_that_has_fewest(pool: DecodingPool) -> None:
    await _streams(pool, 6)
    assert _served(pool) == [3, 3]


async def test_a_closed_stream_gives_its_place_back(pool: DecodingPool) -> None:
    (stream,) = await _streams(pool, 1)
    await stream.feed(BLOCK)
    stream.close()
    assert _served(pool) == [0, 0]


async def test_a_stream_goes_past_a_process_that_is_late(pool: DecodingPool) -> None:
    pool.lines[0].join(_late())
    await _streams(pool, 3)
    assert _served(pool) == [1, 3]


async def test_one_late_stream_of_two_says_nothing_of_their_process(pool: DecodingPool) -> None:
    pool.lines[0].join(_late())
    pool.lines[0].join(Pace())
    assert not pool.lines[0].is_late


async def test_a_pool_is_late_when_all_its_processes_are(pool: DecodingPool) -> None:
    pool.lines[0].join(_late())
    assert not pool.is_late
    pool.lines[1].join(_late())
    assert pool.is_late


async def test_streams_of_a_lost_process_are_shared_out_when_it_is_replaced(
    pool: DecodingPool, nursery: PlayedNursery
) -> None:
    await _streams(pool, 4)
    nursery.processes[0].end()
    await _until_lost(pool, 1)
    await _streams(pool, 2)
    assert _served(pool) == [2, 2]


async def test_what_a_lost_process_did_is_still_counted(pool: DecodingPool, nursery: PlayedNursery) -> None:
    (stream,) = await _streams(pool, 1)
    await stream.feed(BLOCK)
    for process in nursery.processes:
        process.end()
    await _until_lost(pool, 2)
    assert pool.gone.audio_s == pytest.approx(0.1)


async def test_a_pool_that_is_short_for_longer_has_less_capacity(
    pool: DecodingPool, nursery: PlayedNursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    nursery.barren = True
    nursery.processes[0].end()
    await _until_lost(pool, 1)
    assert pool.capacity == 1
    monkeypatch.setattr("asr.decoding_pool._REPLACING_S", 0)
    assert pool.capacity == 0.5


async def test_a_process_that_cannot_be_replaced_fails_the_pool(
    pool: DecodingPool, nursery: PlayedNursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.decoding_pool._PAUSE_S", 0.0)
    nursery.barren = True
    nursery.processes[0].end()
    async with asyncio.timeout(10):
        with pytest.raises(DecodingLostError, match="6 tries to replace it failed"):
            await pool.fail()


async def test_processes_that_do_not_stay_fail_the_pool(
    pool: DecodingPool, nursery: PlayedNursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.decoding_pool._PAUSE_S", 0.0)
    nursery.short_lived = True
    nursery.processes[0].end()
    async with asyncio.timeout(10):
        with pytest.raises(DecodingLostError, match="6 tries"):
            await pool.fail()
    assert len(nursery.processes) == 2 + 5


async def test_a_stream_that_cannot_be_decoded_is_lost_alone(pool: DecodingPool) -> None:
    first, _, beside = await _streams(pool, 3)
    await beside.feed(BLOCK)
    with pytest.raises(DecodingLostError):
        await first.feed(UNDECODABLE)
    assert await beside.feed(BLOCK)
    assert pool.replaced == 0


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that were killed for being silent; none is in truth."""
    pids: list[int] = []
    monkeypatch.setattr("asr.decoding_line.os.kill", lambda pid, _: pids.append(pid))
    return pids


async def test_a_process_that_answers_nothing_is_killed(
    pool: DecodingPool, nursery: PlayedNursery, killed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.decoding_line._LONGEST_S", 0.05)
    nursery.answering.clear()
    line = pool.lines[0]
    asking = asyncio.create_task(_ask(line))
    async with asyncio.timeout(10):
        while not killed:  # noqa: ASYNC110 (a signal has no event to wait for)
            await asyncio.sleep(0.01)
    nursery.processes[0].end()
    with pytest.raises(DecodingLostError, match=r"no result within 0\.05 s"):
        await asking
    assert killed == [line.pid]


async def test_a_process_that_answers_is_not_killed_for_a_long_queue(
    pool: DecodingPool, nursery: PlayedNursery, killed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.decoding_line._LONGEST_S", 0.5)
    nursery.answers_after_s = 0.1
    await asyncio.gather(*(_ask(pool.lines[0]) for _ in range(8)))
    assert killed == []


async def _ask(line: DecodingLine) -> str:
    return await line.ask(1, DecodingOrder.FEED, BLOCK, 0.1)


class _WatchedPool(DecodingPool):
    """Notes in which threads its processes were looked at."""

    seen_in: set[int]

    @property
    def lines(self) -> tuple[DecodingLine, ...]:
        self.seen_in.add(get_ident())
        return super().lines


async def test_figures_are_read_where_they_change(nursery: PlayedNursery) -> None:
    pool = await _WatchedPool.started(nursery, 1)
    pool.seen_in = set()
    await AsrMetrics(pool, lambda: 0).text()
    await pool.aclose()
    assert pool.seen_in == {get_ident()}
