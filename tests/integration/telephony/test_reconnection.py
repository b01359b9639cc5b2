"""A leg whose speech server is lost: heard again by it or another, the gap marked."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from websockets.asyncio.server import serve as listen

from contracts.node_api import NoteKind
from telephony.controller import listening as listening_module
from telephony.controller.speech_pool import SpeechPool
from tests.fixtures.played_leg import START, blocks_in, played_leg
from tests.fixtures.played_speech import PlayedSpeech, played_speech

pytestmark = pytest.mark.integration

LOST, RESUMED = NoteKind.LISTENING_LOST, NoteKind.LISTENING_RESUMED


@pytest.fixture
async def server():
    async with played_speech() as played:
        yield played


@pytest.fixture
async def leg(server):
    async with played_leg(SpeechPool((server.url,))) as played:
        yield played


@asynccontextmanager
async def listening_port(converse):
    async with listen(converse, "127.0.0.1", 0, close_timeout=0.2) as running:
        yield f"ws://127.0.0.1:{running.sockets[0].getsockname()[1]}"


async def test_a_lost_stream_is_opened_again(server, leg):
    await leg.goes_on_until(lambda: bool(leg.results))
    await server.break_off()
    await leg.goes_on_until(lambda: len(server.streams) == 2)


async def test_a_gap_is_noted_once_and_its_end_once(server, leg):
    await leg.goes_on_until(lambda: bool(leg.results))
    await server.break_off()
    await leg.goes_on_until(lambda: len(leg.notes) == 2)
    assert leg.kinds == [LOST, RESUMED]


async def test_the_new_stream_hears_the_last_two_seconds_again(server, leg):
    await leg.is_heard(15)
    await leg.is_heard(15)
    await server.break_off()
    await leg.goes_on_until(lambda: len(server.streams) == 2)
    again = leg.fed - 20
    await leg.goes_on_until(lambda: bool(server.streams[1]))
    # One or two more may have come while the stream was being opened.
    assert blocks_in(server.streams[1])[0] in range(again, again + 3)


async def test_results_of_the_new_stream_count_from_what_it_hears_first(server, leg):
    await leg.is_heard(15)
    await leg.is_heard(15)
    await server.break_off()
    await leg.goes_on_until(lambda: leg.results[-1][1] > START)
    first = blocks_in(server.streams[1])[0]
    assert leg.results[-1][1] == START + first / 10


async def test_a_loss_without_a_hole_says_that_nothing_was_missed(server, leg):
    await leg.is_heard(5)
    await server.break_off()
    await leg.goes_on_until(lambda: len(leg.notes) == 2)
    assert leg.notes[1][1] == "caller: nothing was missed"


async def test_what_no_server_heard_is_told_with_the_end_of_the_gap(server, leg):
    await leg.is_heard(5)
    server.places = 0
    await server.break_off()
    await leg.goes_on_until(lambda: len(leg.notes) == 2)
    # 3 s more go by while nobody listens; the last 2 s of them are still held.
    leg.feed(30)
    first = leg.fed - 20
    server.places = None
    await leg.until(lambda: len(leg.notes) == 3)
    assert leg.notes[2][1] == f"caller: {(first - 5) / 10:.1f} s were not heard"


async def test_what_was_said_of_an_utterance_before_the_loss_counts(server, leg):
    await leg.is_heard(3)
    await server.break_off()
    await leg.until(lambda: bool(leg.finals))
    assert leg.finals == [str(3 * 1600)]


async def test_another_server_hears_the_leg_on_where_the_first_is_gone():
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(played_speech()) for _ in range(2)]
        leg = await stack.enter_async_context(played_leg(SpeechPool((first.url, second.url))))
        await leg.goes_on_until(lambda: bool(first.streams and first.streams[0]))
        first.places = 0
        await first.break_off()
        began = time.monotonic()
        await leg.goes_on_until(lambda: bool(second.streams and second.streams[0]))
    assert time.monotonic() - began < 2.0


async def test_a_server_that_is_back_is_found_within_two_seconds(monkeypatch):
    monkeypatch.setattr(listening_module, "RETRY_S", 0.4)
    played = PlayedSpeech()
    async with listen(played.converse, "127.0.0.1", 0) as running:
        port = running.sockets[0].getsockname()[1]
    pool = SpeechPool((f"ws://127.0.0.1:{port}",))
    async with played_leg(pool) as leg:
        # Long enough away for the longest pause between two tries.
        await leg.goes_on_until(lambda: pool.counters["speech_lost"] == 4)
        async with listen(played.converse, "127.0.0.1", port):
            began = time.monotonic()
            await leg.goes_on_until(lambda: bool(leg.results))
            took = time.monotonic() - began
            await leg.listening.finish()
    assert took < 2.0


async def test_a_server_that_never_answers_is_given_up_for_another(server):
    async def mute(connection):
        await connection.wait_closed()

    async with listening_port(mute) as url:
        pool = SpeechPool((url, server.url))
        async with played_leg(pool) as leg:
            await leg.goes_on_until(lambda: bool(server.streams and server.streams[0]))
    assert leg.kinds[0] is LOST


async def test_a_port_where_nobody_speaks_costs_less_than_two_seconds(server):
    held = []

    def dumb(_, writer):
        held.append(writer)

    port = await asyncio.start_server(dumb, "127.0.0.1", 0)
    try:
        pool = SpeechPool((f"ws://127.0.0.1:{port.sockets[0].getsockname()[1]}", server.url))
        began = time.monotonic()
        async with played_leg(pool) as leg:
            await leg.goes_on_until(lambda: bool(server.streams and server.streams[0]))
            took = time.monotonic() - began
    finally:
        for writer in held:
            writer.close()
        port.close()
    assert took < 2.0


async def test_a_server_that_closes_at_once_is_asked_more_and_more_seldom(monkeypatch):
    pauses = []

    async def pause(_, seconds):
        pauses.append(seconds)
        await asyncio.sleep(0)

    async def hasty(connection):
        await connection.recv()
        await connection.recv()

    monkeypatch.setattr(listening_module.Listening, "_pause", pause)
    async with listening_port(hasty) as url, played_leg(SpeechPool((url,))) as leg:
        await leg.goes_on_until(lambda: len(pauses) >= 8)
    assert pauses[:8] == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10])


@pytest.mark.parametrize("answer", ["no JSON", "[" * 60_000, '{"text": "' + "x" * (1 << 17) + '"}'])
async def test_nonsense_from_a_server_is_noted_and_another_is_asked(server, answer):
    async def mad(connection):
        await connection.recv()
        await connection.recv()
        await connection.send(answer)
        await connection.wait_closed()

    async with listening_port(mad) as url, played_leg(SpeechPool((url, server.url))) as leg:
        await leg.goes_on_until(lambda: leg.kinds == [LOST, RESUMED])


async def test_a_server_that_cannot_be_reached_is_noted_once():
    pool = SpeechPool(("ws://127.0.0.1:9",))
    async with played_leg(pool) as leg:
        leg.feed()
        await leg.until(lambda: bool(leg.notes))
        await leg.goes_on_until(lambda: pool.counters["speech_lost"] == 3)
    assert leg.kinds == [LOST]
