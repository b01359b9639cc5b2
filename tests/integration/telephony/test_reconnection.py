"""A leg whose speech server is lost: heard again by it or another, the gap marked."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest
from websockets.asyncio.server import serve as listen

from asr.client import StreamLimits
from asr.protocol import RESTARTED
from contracts.node_api import NoteKind
from telephony.controller.held_sound import HELD_BLOCKS
from telephony.controller.patience import Patience
from telephony.controller.speech_pool import SpeechPool
from tests.fixtures.played_leg import START, blocks_in, played_leg
from tests.fixtures.played_speech import PlayedSpeech, played_speech

pytestmark = pytest.mark.integration

LOST, RESUMED = NoteKind.LISTENING_LOST, NoteKind.LISTENING_RESUMED
REFUSED = NoteKind.LISTENING_REFUSED


@pytest.fixture
async def server():
    async with played_speech() as played:
        yield played


@pytest.fixture
async def leg(server):
    async with played_leg(SpeechPool((server.url,))) as played:
        yield played


def quick(**limits):
    """Let no test wait as long as a call does."""
    return Patience(with_a_choice=StreamLimits(**limits))


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
    await leg.until(lambda: bool(leg.broken_off))
    assert (leg.broken_off, leg.finals) == ([str(3 * 1600)], [])


async def test_what_was_missed_before_a_stream_that_heard_nothing_is_told_too(server, leg):
    await leg.is_heard(5)
    server.places = 0
    await server.break_off()
    await leg.goes_on_until(lambda: REFUSED in leg.kinds)
    server.answering.clear()
    server.places = None
    # Opened 3 s later, and closed before the first answer.
    leg.feed(30)
    await leg.goes_on_until(lambda: len(server.streams) == 2 and bool(server.streams[1]))
    await server.break_off()
    server.answering.set()
    await leg.goes_on_until(lambda: RESUMED in leg.kinds)
    missed_s = float(leg.notes[-1][1].removeprefix("caller: ").split()[0])
    assert START + 0.5 + missed_s == pytest.approx(leg.results[-1][1], abs=0.01)


async def test_a_server_that_lets_more_than_a_second_of_sound_drop_is_left_and_the_gap_is_noted(leg):
    await leg.is_heard(5)
    leg.feed(HELD_BLOCKS + 11)
    await leg.until(lambda: RESUMED in leg.kinds)
    assert leg.notes == [
        (LOST, "caller: it is too slow, 1.1 s could not wait for it"),
        (RESUMED, "caller: 1.1 s were not heard"),
    ]


async def test_a_server_that_lets_less_than_a_second_drop_is_kept(server, leg):
    await leg.is_heard(5)
    leg.feed(HELD_BLOCKS + 9)
    await leg.until(lambda: leg.heard_ms == 100 * leg.fed)
    assert (leg.notes, len(server.streams)) == ([], 1)


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


async def test_a_stream_that_its_server_wants_opened_anew_is_opened_there():
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(played_speech()) for _ in range(2)]
        leg = await stack.enter_async_context(played_leg(SpeechPool((first.url, second.url))))
        await leg.goes_on_until(lambda: bool(leg.results))
        await first.dismiss()
        await leg.goes_on_until(lambda: RESUMED in leg.kinds)
        streams = len(first.streams), len(second.streams)
    assert streams == (2, 0)


async def test_a_stream_that_is_always_wanted_opened_anew_is_not_opened_without_a_pause(server):
    async def never_decodes(connection):
        await connection.recv()
        await connection.recv()
        await connection.close(RESTARTED)

    async with listening_port(never_decodes) as url:
        pool, began = SpeechPool((url, server.url)), time.monotonic()
        async with played_leg(pool) as leg:
            await leg.goes_on_until(lambda: pool.counters["speech_lost"] == 4)
    assert time.monotonic() - began >= 0.2 + 0.4


async def test_a_server_that_is_back_is_asked_where_the_other_falls_silent():
    brisk = StreamLimits(patience=timedelta(seconds=0.2))
    patience = Patience(with_a_choice=brisk, doubt_s=0.5, longest_gap_s=60)
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(played_speech()) for _ in range(2)]
        leg = await stack.enter_async_context(played_leg(SpeechPool((first.url, second.url), patience)))
        await leg.goes_on_until(lambda: bool(leg.results))
        await first.break_off()
        await leg.goes_on_until(lambda: RESUMED in leg.kinds)
        # While there is no other server to ask, and after that.
        second.answering.clear()
        began = time.monotonic()
        await leg.goes_on_until(lambda: len(first.streams) == 2 and bool(first.streams[1]))
    assert time.monotonic() - began < 2.0


async def test_the_last_server_that_is_left_is_given_time_by_the_legs_it_has():
    brisk = StreamLimits(patience=timedelta(seconds=0.2))
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(played_speech()) for _ in range(2)]
        pool = SpeechPool((first.url, second.url), Patience(with_a_choice=brisk, longest_gap_s=60))
        loses, stays = [await stack.enter_async_context(played_leg(pool)) for _ in range(2)]
        for leg in (loses, stays):
            await leg.goes_on_until(lambda leg=leg: bool(leg.results))
        await first.break_off()
        await loses.goes_on_until(lambda: RESUMED in loses.kinds)
        second.answering.clear()
        silent_until = time.monotonic() + 0.5
        await stays.goes_on_until(lambda: time.monotonic() > silent_until)
        second.answering.set()
        await stays.until(lambda: stays.heard_ms == 100 * stays.fed)
    assert stays.notes == []


async def test_a_server_that_is_back_is_found_within_two_seconds():
    played = PlayedSpeech()
    async with listen(played.converse, "127.0.0.1", 0) as running:
        port = running.sockets[0].getsockname()[1]
    pool = SpeechPool((f"ws://127.0.0.1:{port}",), Patience(retry_s=Patience().longest_retry_s))
    async with played_leg(pool) as leg:
        # Long enough away for the longest pause between two tries.
        await leg.goes_on_until(lambda: pool.counters["speech_lost"] == 2)
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
        pool = SpeechPool((url, server.url), quick(patience=timedelta(seconds=0.2)))
        async with played_leg(pool) as leg:
            await leg.goes_on_until(lambda: bool(server.streams and server.streams[0]))
    assert (leg.kinds[0], "is silent" in leg.notes[0][1]) == (LOST, True)


def test_another_server_is_asked_within_two_seconds_of_silence():
    limits = Patience().with_a_choice
    assert max(limits.open_within, limits.patience) < timedelta(seconds=2)


async def test_a_port_where_nobody_speaks_costs_one_try(server):
    held = []

    def dumb(_, writer):
        held.append(writer)

    port = await asyncio.start_server(dumb, "127.0.0.1", 0)
    try:
        urls = f"ws://127.0.0.1:{port.sockets[0].getsockname()[1]}", server.url
        async with played_leg(SpeechPool(urls, quick(open_within=timedelta(seconds=0.2)))) as leg:
            await leg.goes_on_until(lambda: bool(server.streams and server.streams[0]))
    finally:
        for writer in held:
            writer.close()
        port.close()
    assert (len(held), len(server.streams)) == (1, 1)


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
    pool = SpeechPool(("ws://127.0.0.1:9",), Patience(retry_s=0.01))
    async with played_leg(pool) as leg:
        leg.feed()
        await leg.until(lambda: bool(leg.notes))
        await leg.goes_on_until(lambda: pool.counters["speech_lost"] == 3)
    assert leg.kinds == [LOST]


async def test_where_one_server_is_gone_and_the_other_full_two_notes_are_all(server):
    server.places = 0
    pool = SpeechPool(("ws://127.0.0.1:9", server.url), Patience(retry_s=0.01, no_place_s=0.01, doubt_s=0.2))
    async with played_leg(pool) as leg:
        await leg.goes_on_until(lambda: pool.counters["speech_lost"] >= 4 and server.refused >= 2)
    assert sorted(leg.kinds) == [LOST, REFUSED]
