"""Early media on its way to an announcement, over a real socket to a speech server that the test plays."""

from __future__ import annotations

import asyncio
import math
from contextlib import asynccontextmanager, suppress

import numpy as np
import pytest

from contracts.evidence import Speaker
from telephony.announcement import Announcement
from telephony.controller.early_media import RANK, EarlyMedia
from telephony.controller.rank import Rank, Side
from telephony.controller.speech_pool import SpeechPool
from telephony.link.framing import Sound
from tests.fixtures.played_speech import WAIT_S, played_speech

pytestmark = pytest.mark.integration

SAMPLES = np.arange(800)
RINGING = (6000 * np.sin(2 * np.pi * 450 * SAMPLES / 8000)).astype("<i2").tobytes()
EDGE = bytes(1400) + RINGING[1400:]
VOICE = np.random.default_rng(5).normal(0, 2000, 800).astype("<i2").tobytes()


class Announced:
    """What was announced so far."""

    def __init__(self):
        self.announcements = []
        self._changed = asyncio.Event()

    def take(self, announcement):
        self.announcements.append(announcement)
        self._changed.set()

    async def until_announced(self):
        async with asyncio.timeout(WAIT_S):
            await self._changed.wait()


@pytest.fixture
async def server():
    async with played_speech() as played:
        yield played


@asynccontextmanager
async def early_media(server):
    heard = Announced()
    listening = EarlyMedia(SpeechPool((server.url,)), heard.take)
    try:
        yield listening, heard
    finally:
        await listening.finish()


def hear(media, *blocks):
    for number, pcm in enumerate(blocks):
        media.hear(Sound("w1-1", Speaker.RESIDENT, 1.0 + number / 10, pcm))


async def test_what_is_announced_is_told(server):
    server.sentences = ["您 拨打 的 电话 已 关机"]
    async with early_media(server) as (media, heard):
        hear(media, VOICE, VOICE)
        await heard.until_announced()
    assert heard.announcements[0] is Announcement.POWERED_OFF


async def test_an_announcement_in_two_utterances_is_told(server):
    server.sentences = ["您 拨打 的 电话 暂时 无法", "接通"]
    async with early_media(server) as (media, heard):
        hear(media, VOICE, VOICE)
        await heard.until_announced()
    assert heard.announcements[0] is Announcement.OUT_OF_REACH


async def test_a_sentence_that_is_not_over_announces_nothing(server):
    server.partials = ["您 拨打 的 用户 正在 通话"]
    server.last_words = "您 拨打 的 用户 正在 通话 中 请 不要 挂机"
    async with early_media(server) as (media, heard):
        hear(media, VOICE, VOICE)
        await server.until(lambda: server.answered == 2)
        await media.finish()
    assert heard.announcements == [Announcement.CALL_WAITING]


async def test_a_sentence_that_is_cut_off_announces_nothing(server):
    server.partials = ["您 拨打 的 电话 已 关机"]
    async with early_media(server) as (media, heard):
        hear(media, VOICE, VOICE)
        await server.until(lambda: server.answered == 2)
        server.places = 0
        await server.dismiss()
        async with asyncio.timeout(WAIT_S):
            while not server.refused:
                hear(media, VOICE)
                await asyncio.sleep(0)
        media.stop()
    assert heard.announcements == []


async def test_a_call_that_is_said_to_wait_after_a_pause_rings_on(server):
    server.sentences = ["您 拨打 的 电话 正在 通话 中", "请勿 挂断"]
    async with early_media(server) as (media, heard):
        hear(media, VOICE, VOICE)
        await heard.until_announced()
    assert set(heard.announcements) == {Announcement.CALL_WAITING}


async def test_a_telephone_is_in_a_call_when_nothing_else_is_said_after_it(server):
    server.sentences = ["您 拨打 的 电话 正在 通话 中", "请 稍后 再 拨"]
    async with early_media(server) as (media, heard):
        hear(media, VOICE, VOICE)
        await heard.until_announced()
    assert heard.announcements[0] is Announcement.IN_A_CALL


async def test_a_telephone_is_in_a_call_when_the_network_clears_after_it(server):
    server.sentences, server.last_words = ["您 拨打 的 电话 正在 通话 中"], ""
    async with early_media(server) as (media, heard):
        hear(media, VOICE, VOICE)
        await server.until(lambda: server.answered == 2)
        await media.finish()
    assert heard.announcements == [Announcement.IN_A_CALL]


async def test_what_is_heard_again_after_a_loss_was_not_said_after_it(server):
    server.sentences, server.last_words = ["您 拨打 的 电话 正在 通话 中"], ""
    async with early_media(server) as (media, heard):
        hear(media, VOICE, VOICE)
        await server.until(lambda: server.answered == 2)
        server.sentences = ["您 拨打 的 电话 正在 通话 中"]
        await server.dismiss()
        for number in range(2, 20):
            media.hear(Sound("w1-1", Speaker.RESIDENT, 1.0 + number / 10, VOICE))
            with suppress(TimeoutError):
                await asyncio.wait_for(server.until(lambda: server.answered > 2), 0.1)
        await media.finish()
    # Once: by the network, that has cleared the call.
    assert heard.announcements == [Announcement.IN_A_CALL]


async def test_a_waiting_call_that_is_not_taken_is_told_as_what_the_network_says_last(server):
    server.sentences = ["请 不要 挂机 您 拨打 的 电话 正在 通话 中", "您 拨打 的 电话 无人 接听"]
    async with early_media(server) as (media, heard):
        hear(media, VOICE, VOICE)
        await server.until(lambda: server.answered == 2)
        await media.finish()
    assert heard.announcements[:2] == [Announcement.CALL_WAITING, Announcement.NO_ANSWER]


def test_every_conversation_goes_before_a_networks_voice():
    assert Rank(Side.RESIDENT, dialogue_risk=-math.inf).outranks(RANK)


async def test_an_announcement_that_the_network_clears_the_call_after_is_told(server):
    server.last_words = "您 拨打 的 号码 是 空号"
    async with early_media(server) as (media, heard):
        hear(media, VOICE, VOICE)
        await server.until(lambda: bool(server.streams))
        await media.finish()
    assert heard.announcements == [Announcement.NOT_IN_SERVICE]


async def test_ringing_takes_no_stream(server):
    async with early_media(server) as (media, _):
        hear(media, bytes(1600), EDGE, *[RINGING] * 10, EDGE, *[bytes(1600)] * 40)
    assert server.streams == []


async def test_what_came_just_before_the_first_voice_is_heard_too(server):
    async with early_media(server) as (media, _):
        hear(media, RINGING, EDGE, bytes(1600), VOICE, VOICE)
        await server.until(lambda: bool(server.streams))
        await media.finish()
    assert bytes(server.streams[0]) == EDGE + bytes(1600) + VOICE + VOICE


async def test_ringing_between_announcements_is_heard_with_them(server):
    async with early_media(server) as (media, _):
        hear(media, VOICE, VOICE, RINGING, VOICE)
        await server.until(lambda: bool(server.streams))
        await media.finish()
    assert bytes(server.streams[0]) == VOICE + VOICE + RINGING + VOICE


async def test_after_the_answer_nothing_is_heard(server):
    async with early_media(server) as (media, _):
        hear(media, VOICE, VOICE)
        await server.until(lambda: server.answered == 2)
        media.stop()
        hear(media, RINGING)
        await media.finish()
    assert bytes(server.streams[0]) == VOICE + VOICE


async def test_a_full_speech_server_costs_nothing_but_the_announcement(server):
    server.places = 0
    async with early_media(server) as (media, heard):
        hear(media, VOICE, VOICE)
        await media.finish()
    assert heard.announcements == []
