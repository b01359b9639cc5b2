"""A leg's sound on its way to text, over a real socket: in order, in time, bounded, to its end."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from websockets.asyncio.server import serve as listen

from asr.client import StreamLimits
from contracts.node_api import NoteKind
from telephony.controller.held_sound import HELD_BLOCKS
from telephony.controller.patience import Patience
from telephony.controller.speech_pool import SpeechPool
from tests.fixtures.played_leg import BLOCK_BYTES, START, block, blocks_in, played_leg
from tests.fixtures.played_speech import played_speech
from tests.fixtures.recordings import pcm_of
from tests.fixtures.speech_servers import plain_vosk_server, speech_server

pytestmark = pytest.mark.integration


class Door:
    """Where streams come in, once it opens."""

    def __init__(self):
        self.url = ""
        self.knocks, self.opens = asyncio.Semaphore(0), asyncio.Event()

    async def answer(self, _connection, _request):
        self.knocks.release()
        await self.opens.wait()


@asynccontextmanager
async def hesitant_door(server):
    door = Door()
    async with listen(server.converse, "127.0.0.1", 0, process_request=door.answer) as running:
        door.url = f"ws://127.0.0.1:{running.sockets[0].getsockname()[1]}"
        yield door


@pytest.fixture
async def server():
    async with played_speech() as played:
        yield played


@pytest.fixture
async def pool(server):
    return SpeechPool((server.url,))


@pytest.fixture
async def leg(pool):
    async with played_leg(pool) as played:
        yield played


async def test_a_leg_that_is_silent_so_far_opens_no_stream(server, pool):
    async with played_leg(pool):
        pass
    assert server.streams == []


async def test_all_blocks_arrive_in_order(server, leg):
    leg.feed(5)
    await server.until(lambda: bool(server.streams and len(server.streams[0]) == 5 * BLOCK_BYTES))
    assert blocks_in(server.streams[0]) == [0, 1, 2, 3, 4]


async def test_the_last_result_is_taken_when_the_leg_is_gone(pool):
    async with played_leg(pool) as leg:
        leg.feed()
        await leg.until(lambda: bool(leg.results))
    assert leg.finals == ["再见"]


async def test_results_count_from_the_instant_of_the_streams_first_block(leg):
    leg.listening.feed(block(7))
    await leg.until(lambda: bool(leg.results))
    assert {origin for _, origin in leg.results} == {START + 0.7}


async def test_blocks_that_could_not_wait_become_silence_so_that_times_stay_right(server, pool):
    server.answering.clear()
    async with played_leg(pool) as leg:
        leg.feed()
        await server.until(lambda: bool(server.streams and server.streams[0]))
        leg.feed(29)
        lost = pool.counters["speech_blocks_unheard"]
        server.answering.set()
    first = 30 - HELD_BLOCKS - lost
    silent = range(first, first + lost)
    assert blocks_in(server.streams[0]) == [-1 if number in silent else number for number in range(30)]


async def test_what_is_dropped_is_counted(server, pool, leg):
    server.places = 0
    leg.feed(HELD_BLOCKS + 3)
    assert pool.counters["speech_blocks_unheard"] == 3


async def test_after_a_long_hole_in_the_sound_the_times_are_right_again(server, leg):
    leg.feed()
    await leg.until(lambda: bool(leg.results))
    leg.fed = 100
    leg.feed()
    await leg.until(lambda: leg.results[-1][1] == START + 10)
    assert [blocks_in(stream) for stream in server.streams] == [[0], [100]]


async def test_a_long_hole_in_the_sound_is_no_trouble(leg):
    leg.feed()
    await leg.until(lambda: bool(leg.results))
    leg.fed = 100
    leg.feed()
    await leg.until(lambda: leg.results[-1][1] == START + 10)
    assert leg.notes == []


async def test_how_far_the_text_is_behind_is_counted_with_every_block_also_while_the_server_stalls(
    server, pool, leg
):
    await leg.is_heard(1)
    server.answering.clear()
    leg.feed(30)
    server.answering.set()
    assert pool.counters["speech_lag_ms"] == sum(range(0, 3000, 100))


async def test_a_server_that_gives_no_last_result_is_not_waited_for_for_ever(server):
    server.deaf = True
    async with played_leg(SpeechPool((server.url,), Patience(last_result_s=0.1))) as leg:
        leg.feed()
        await leg.until(lambda: bool(leg.results))
        began = time.monotonic()
    assert time.monotonic() - began < 3.0


async def test_what_was_partly_said_is_told_where_the_last_result_does_not_come(server):
    server.deaf = True
    async with played_leg(SpeechPool((server.url,), Patience(last_result_s=0.1))) as leg:
        leg.feed()
        await leg.until(lambda: bool(leg.results))
    assert (leg.finals, leg.broken_off) == ([], [str(BLOCK_BYTES)])


async def test_a_leg_that_ends_while_its_stream_is_being_opened_is_heard_to_its_end(server):
    async with hesitant_door(server) as door, played_leg(SpeechPool((door.url,))) as leg:
        leg.feed(3)
        await door.knocks.acquire()
        ending = asyncio.create_task(leg.listening.finish())
        await asyncio.sleep(0)
        door.opens.set()
        await ending
    assert (blocks_in(server.streams[0]), leg.finals) == ([0, 1, 2], ["再见"])


async def test_a_leg_that_gives_way_does_not_wait_for_its_stream_to_be_open(server):
    endless = Patience(without=StreamLimits(open_within=timedelta(hours=1)))
    async with hesitant_door(server) as door, played_leg(SpeechPool((door.url,), endless)) as leg:
        leg.feed()
        await door.knocks.acquire()
        leg.listening.give_way("speech servers are full")
        async with asyncio.timeout(5):
            await door.knocks.acquire()
        door.opens.set()


async def test_a_leg_that_stops_is_not_heard_to_its_end(pool):
    async with played_leg(pool) as leg:
        await leg.is_heard(3)
        leg.listening.stop()
    assert leg.finals == []


async def test_a_leg_that_ends_while_the_server_is_away_is_finished_at_once():
    async with played_leg(SpeechPool(("ws://127.0.0.1:9",))) as leg:
        leg.feed()
        await leg.until(lambda: bool(leg.notes))
        began = time.monotonic()
    assert time.monotonic() - began < 1.0


async def test_a_mistake_of_ours_over_one_result_is_noted(leg):
    leg.stumbles = 1
    await leg.goes_on_until(lambda: bool(leg.results))
    assert leg.notes[0] == (NoteKind.LISTENING_LOST, "caller: ZeroDivisionError")


async def test_a_mistake_of_ours_over_every_result_does_not_ask_two_servers_without_a_pause(server):
    async with played_speech() as other, played_leg(SpeechPool((server.url, other.url))) as leg:
        leg.stumbles = began_with = 100
        began = time.monotonic()
        await leg.goes_on_until(lambda: began_with - leg.stumbles >= 4)
        took = time.monotonic() - began
    assert took >= 0.2 + 0.4


@pytest.mark.parametrize("served_by", [speech_server, plain_vosk_server], ids=["ours", "vosk-server"])
async def test_speech_becomes_text_by_our_own_server_and_by_vosk_server(vosk_model, served_by):
    pcm = pcm_of("fraud_police", "caller")[7 * 16_000 : 11 * 16_000]
    async with served_by(vosk_model) as url, played_leg(SpeechPool((url,))) as leg:
        await leg.says(pcm)
    assert "公安" in "".join(leg.finals)
