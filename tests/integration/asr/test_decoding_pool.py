"""Streams shared out among decoding processes, and processes replaced, on processes that hear nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from threading import get_ident
from time import monotonic

import pytest
import pytest_asyncio

from asr.client import StreamLimits
from asr.decoding_line import _LONGEST_S, DecodingLine
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
    running = await DecodingPool.started(nursery, 2, places=4)
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


async def _lose_one_for_good(pool: DecodingPool, nursery: PlayedNursery) -> None:
    nursery.barren = True
    nursery.processes[0].end()
    await _until_lost(pool, 1)


async def test_who_comes_late_does_not_wait_for_a_process_that_does_not_come(
    pool: DecodingPool, nursery: PlayedNursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.decoding_pool._REPLACING_S", 60.0)
    await _lose_one_for_good(pool, nursery)
    pool._short_since -= 61
    async with asyncio.timeout(10):
        await _streams(pool, 2)


async def test_a_process_that_is_left_takes_no_more_than_its_places(
    pool: DecodingPool, nursery: PlayedNursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asr.decoding_pool._REPLACING_S", 0.0)
    await _streams(pool, 4)
    await _lose_one_for_good(pool, nursery)
    back = await asyncio.gather(*(_streams(pool, 1) for _ in range(4)), return_exceptions=True)
    assert [isinstance(each, DecodingLostError) for each in back] == [False, False, True, True]


async def test_a_late_process_is_better_than_one_that_has_no_place(pool: DecodingPool) -> None:
    pool.lines[0].join(_late())
    await _streams(pool, 7)
    assert _served(pool) == [4, 4]


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
    await _lose_one_for_good(pool, nursery)
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


async def test_each_answer_gives_a_process_its_whole_time_for_the_next(
    pool: DecodingPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, alarms = pool.lines[0], []
    wind_up = DecodingLine._wind_up

    def seen(wound: DecodingLine) -> None:
        wind_up(wound)
        alarms.append(wound._alarm)

    monkeypatch.setattr(DecodingLine, "_wind_up", seen)
    await asyncio.gather(*(_ask(line) for _ in range(8)))
    first, *after_answers = alarms
    assert len(after_answers) == 8
    assert first.cancelled()
    assert after_answers[-1] is None


def test_a_process_that_hangs_is_given_up_before_its_clients_give_the_server_up() -> None:
    assert StreamLimits().patience.total_seconds() >= _LONGEST_S + 5


async def test_a_process_that_hangs_does_not_keep_the_pool_from_ending(nursery: PlayedNursery) -> None:
    pool = await DecodingPool.started(nursery, 1, places=4)
    nursery.answering.clear()
    asked = [asyncio.create_task(_ask(pool.lines[0], bytes(1 << 16))) for _ in range(40)]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await pool.aclose()
    assert all(isinstance(each, DecodingLostError) for each in await _outcomes(asked))


async def _ask(line: DecodingLine, content: bytes = BLOCK) -> str:
    return await line.ask(1, DecodingOrder.FEED, content, 0.1)


async def _outcomes(tasks: list[asyncio.Task[str]]) -> list[str | BaseException]:
    return await asyncio.gather(*tasks, return_exceptions=True)


class _WatchedPool(DecodingPool):
    """Notes in which threads its processes were looked at."""

    seen_in: set[int]

    @property
    def lines(self) -> tuple[DecodingLine, ...]:
        self.seen_in.add(get_ident())
        return super().lines


async def test_figures_are_read_where_they_change(nursery: PlayedNursery) -> None:
    pool = await _WatchedPool.started(nursery, 1, places=4)
    pool.seen_in = set()
    await AsrMetrics(pool, lambda: 0).text()
    await pool.aclose()
    assert pool.seen_in == {get_ident()}
