"""A leg's sound on its way to text, over a real socket: lost, refused, behind, ended."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from itertools import count

import pytest

from contracts.evidence import Speaker
from contracts.node_api import NoteKind
from telephony.controller import listening as listening_module
from telephony.controller.listening import HELD_BLOCKS, Ear, Listening
from telephony.link.framing import Sound
from tests.fixtures.played_speech import WAIT_S, played_speech
from tests.fixtures.recordings import pcm_of
from tests.fixtures.speech_servers import speech_server

pytestmark = pytest.mark.integration

BLOCK = 1600
START = 1_700_000_000.0


class Listener:
    """Keeps what a listening tells."""

    def __init__(self):
        self.results, self.notes = [], []
        self._changed = asyncio.Event()
        self.ear = Ear(self._hear, self._note)

    @property
    def finals(self):
        return [heard.text for heard, _ in self.results if heard.final]

    async def until(self, condition):
        async with asyncio.timeout(WAIT_S):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def glance(self):
        """Wait for news for as long as a block lasts in a hurry."""
        self._changed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), 0.02)

    def _hear(self, _speaker, heard, origin):
        self.results.append((heard, origin))
        self._changed.set()

    def _note(self, kind, detail):
        self.notes.append((kind, detail))
        self._changed.set()


def block(number):
    return Sound("c1", Speaker.CALLER, START + number / 10, bytes([number % 255 + 1]) * BLOCK)


@pytest.fixture
async def server():
    async with played_speech() as played:
        yield played


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    monkeypatch.setattr(listening_module, "RETRY_S", 0.01)
    monkeypatch.setattr(listening_module, "REFUSED_RETRY_S", 0.01)


async def feed_until(leg, listener, condition, numbers):
    """Feed block after block, as a call does, until a condition is true."""
    async with asyncio.timeout(WAIT_S):
        while not condition():
            leg.feed(block(next(numbers)))
            await listener.glance()


@asynccontextmanager
async def listening(url):
    listener = Listener()
    started = Listening(url, Speaker.CALLER, listener.ear)
    try:
        yield started, listener
    finally:
        await started.finish()


async def test_a_leg_that_is_silent_so_far_opens_no_stream(server):
    async with listening(server.url):
        pass
    assert server.streams == []


async def test_all_blocks_arrive_in_order(server):
    async with listening(server.url) as (leg, _):
        for number in range(5):
            leg.feed(block(number))
        await server.until(lambda: bool(server.streams and server.streams[0]))
    assert server.streams == [b"".join(block(number).pcm for number in range(5))]


async def test_the_last_result_is_taken_when_the_leg_is_gone(server):
    async with listening(server.url) as (leg, listener):
        leg.feed(block(0))
        await listener.until(lambda: bool(listener.results))
    assert listener.finals == ["再见"]


async def test_results_count_from_the_instant_of_the_streams_first_block(server):
    async with listening(server.url) as (leg, listener):
        leg.feed(block(7))
        await listener.until(lambda: bool(listener.results))
    assert {origin for _, origin in listener.results} == {START + 0.7}


async def test_a_lost_stream_is_opened_again(server):
    async with listening(server.url) as (leg, listener):
        await feed_until(leg, listener, lambda: bool(listener.results), count())
        await server.break_off()
        await feed_until(leg, listener, lambda: len(server.streams) == 2, count(50))


async def test_a_gap_is_noted_once_and_its_end_once(server):
    async with listening(server.url) as (leg, listener):
        await feed_until(leg, listener, lambda: bool(listener.results), count())
        await server.break_off()
        await feed_until(leg, listener, lambda: len(listener.notes) == 2, count(50))
    assert [kind for kind, _ in listener.notes] == [NoteKind.LISTENING_LOST, NoteKind.LISTENING_RESUMED]


async def test_results_after_a_gap_count_from_the_new_streams_first_block(server):
    async with listening(server.url) as (leg, listener):
        await feed_until(leg, listener, lambda: bool(listener.results), count())
        await server.break_off()
        await feed_until(leg, listener, lambda: len(listener.notes) == 2, count(50))
        await feed_until(leg, listener, lambda: listener.results[-1][1] > START, count(100))
    first = server.streams[1][0]
    assert listener.results[-1][1] == next(each.at for each in map(block, count(50)) if each.pcm[0] == first)


async def test_a_server_that_cannot_be_reached_is_noted_once():
    async with listening("ws://127.0.0.1:9") as (leg, listener):
        leg.feed(block(0))
        await listener.until(lambda: bool(listener.notes))
        for number in range(1, 5):
            leg.feed(block(number))
    assert [kind for kind, _ in listener.notes] == [NoteKind.LISTENING_LOST]


async def test_a_full_server_is_noted_as_refused(server):
    server.full = True
    async with listening(server.url) as (leg, listener):
        leg.feed(block(0))
        await listener.until(lambda: bool(listener.notes))
    kind, detail = listener.notes[0]
    assert (kind, detail.startswith("caller: ")) == (NoteKind.LISTENING_REFUSED, True)


async def test_a_full_server_is_asked_again(server):
    server.full = True
    async with listening(server.url) as (leg, listener):
        leg.feed(block(0))
        await listener.until(lambda: bool(listener.notes))
        server.full = False
        await listener.until(lambda: len(listener.notes) == 2)
    assert listener.notes[1][0] is NoteKind.LISTENING_RESUMED


async def test_blocks_that_could_not_wait_become_silence_so_that_times_stay_right(server):
    server.answering.clear()
    blocks = [block(number) for number in range(60)]
    async with listening(server.url) as (leg, _):
        leg.feed(blocks[0])
        await server.until(lambda: bool(server.streams and server.streams[0]))
        for number in range(1, 60):
            leg.feed(blocks[number])
        lost = leg.dropped
        server.answering.set()
    received = bytes(server.streams[0])
    heard = [received[at : at + BLOCK] for at in range(0, len(received), BLOCK)]
    first = 60 - HELD_BLOCKS - lost
    assert heard == [
        bytes(BLOCK) if first <= number < first + lost else blocks[number].pcm for number in range(60)
    ]


async def test_what_is_dropped_is_counted(server):
    server.answering.clear()
    async with listening(server.url) as (leg, _):
        for number in range(HELD_BLOCKS + 3):
            leg.feed(block(number))
        assert leg.dropped == 3
        server.answering.set()


async def test_a_server_that_gives_no_last_result_is_not_waited_for_for_ever(server, monkeypatch):
    monkeypatch.setattr(listening_module, "LAST_RESULT_S", 0.1)
    server.deaf = True
    async with listening(server.url) as (leg, listener):
        leg.feed(block(0))
        await listener.until(lambda: bool(listener.results))
        began = time.monotonic()
    assert time.monotonic() - began < 2.0


async def test_a_leg_that_ends_while_the_server_is_away_is_finished_at_once():
    async with listening("ws://127.0.0.1:9") as (leg, listener):
        leg.feed(block(0))
        await listener.until(lambda: bool(listener.notes))
        began = time.monotonic()
    assert time.monotonic() - began < 1.0


async def test_speech_becomes_text_by_our_own_server(vosk_model):
    pcm = pcm_of("fraud_police", "caller")[: 12 * 16000]
    async with speech_server(vosk_model) as url, listening(url) as (leg, listener):
        for at in range(0, len(pcm), BLOCK):
            leg.feed(Sound("c1", Speaker.CALLER, START + at / 16000, pcm[at : at + BLOCK]))
            while len(leg._blocks) > HELD_BLOCKS // 2:
                await listener.glance()
    assert "公安" in "".join(listener.finals)
