"""Speech servers that run short: who gives way, in which order, and how they are heard again."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from contracts.evidence import Speaker
from contracts.node_api import NoteKind
from contracts.taxonomy import RiskLevel
from telephony.controller.patience import Patience
from telephony.controller.speech_pool import SpeechPool
from tests.fixtures.played_leg import played_leg
from tests.fixtures.played_speech import played_speech
from tests.fixtures.recordings import pcm_of
from tests.fixtures.speech_servers import speech_server

pytestmark = pytest.mark.integration

REFUSED, SHED, RESUMED = (
    NoteKind.LISTENING_REFUSED,
    NoteKind.LISTENING_SHED,
    NoteKind.LISTENING_RESUMED,
)


SOON = Patience(retry_s=0.01, no_place_s=0.05, full_growth_s=0.1, late_for_s=0.1, settle_s=0.3)


@pytest.fixture
async def server():
    async with played_speech() as played:
        yield played


@pytest.fixture
async def scene(server):
    async with AsyncExitStack() as stack:
        yield Scene(stack, server)


class Scene:
    """Legs of several calls and one server."""

    def __init__(self, stack, server):
        self._stack, self.server = stack, server
        self.pool = SpeechPool((server.url,), SOON)
        self.legs = []

    async def leg(self, speaker=Speaker.CALLER, level=RiskLevel.NONE):
        leg = await self._stack.enter_async_context(played_leg(self.pool, speaker, level))
        self.legs.append(leg)
        leg.feed()
        return leg

    async def heard(self, speaker=Speaker.CALLER, level=RiskLevel.NONE):
        leg = await self.leg(speaker, level)
        await leg.until(lambda: bool(leg.results))
        return leg

    @property
    def late_blocks(self):
        return self.pool.counters["speech_blocks"] - self.pool.counters["speech_lag_le_1500"]

    async def goes_on_until(self, condition):
        async with asyncio.timeout(20):
            while not condition():
                for leg in self.legs:
                    leg.feed()
                await self.legs[0].glance()


async def test_a_leg_without_a_place_is_noted_as_refused(scene, server):
    server.places = 0
    leg = await scene.leg()
    await leg.until(lambda: bool(leg.notes))
    assert leg.notes == [(REFUSED, "caller: speech servers are full")]


async def test_a_refused_leg_is_heard_once_there_is_a_place(scene, server):
    server.places = 0
    leg = await scene.leg()
    await leg.until(lambda: bool(leg.notes))
    server.places = None
    await leg.until(lambda: len(leg.notes) == 2)
    assert leg.kinds == [REFUSED, RESUMED]


async def test_a_residents_leg_gives_way_to_a_new_call(scene, server):
    server.places = 2
    first, resident = await scene.heard(), await scene.heard(Speaker.RESIDENT)
    second = await scene.leg()
    await scene.goes_on_until(lambda: bool(second.results and resident.notes))
    assert (resident.notes[0], first.notes, second.notes) == (
        (SHED, f"resident: speech servers are full, {server.url} hears c1/caller"),
        [],
        [],
    )


async def test_a_call_of_little_risk_gives_way_to_one_of_more(scene, server):
    server.places = 2
    risky, harmless = await scene.heard(level=RiskLevel.MEDIUM), await scene.heard()
    second = await scene.leg(level=RiskLevel.LOW)
    await scene.goes_on_until(lambda: bool(second.results and harmless.notes))
    assert (risky.notes, harmless.kinds) == ([], [SHED])


async def test_calls_alike_do_not_take_each_others_places(scene, server):
    server.places = 1
    first = await scene.heard()
    second = await scene.leg()
    await scene.goes_on_until(lambda: bool(second.notes))
    assert (first.notes, second.kinds) == ([], [REFUSED])


async def test_who_gave_way_is_heard_again_when_a_call_has_ended(scene, server):
    server.places = 2
    first, resident = await scene.heard(), await scene.heard(Speaker.RESIDENT)
    second = await scene.leg()
    await scene.goes_on_until(lambda: bool(second.results and resident.notes))
    await first.listening.finish()
    await scene.goes_on_until(lambda: RESUMED in resident.kinds)
    assert resident.kinds == [SHED, RESUMED]


async def test_a_call_that_becomes_dangerous_while_it_waits_is_heard(scene, server):
    server.places = 1
    first = await scene.heard()
    second = await scene.leg()
    await scene.goes_on_until(lambda: bool(second.notes))
    second.level = RiskLevel.HIGH
    await scene.goes_on_until(lambda: bool(second.results and first.notes))
    assert first.kinds == [SHED]


async def test_when_text_is_late_the_residents_leg_gives_way(scene, server):
    caller, resident = await scene.heard(), await scene.heard(Speaker.RESIDENT)
    server.answering.clear()
    await scene.goes_on_until(lambda: bool(resident.notes))
    server.answering.set()
    assert (caller.notes, resident.notes) == (
        [],
        [(SHED, f"resident: speech servers are behind, {server.url} hears those who stay")],
    )


async def test_the_last_leg_of_a_server_is_heard_late_rather_than_not(scene, server):
    leg = await scene.heard()
    server.answering.clear()
    await scene.goes_on_until(lambda: scene.late_blocks >= 3)
    server.answering.set()
    assert leg.notes == []


async def test_who_gives_way_is_counted_by_side(scene, server):
    server.places = 2
    await scene.heard()
    resident = await scene.heard(Speaker.RESIDENT)
    await scene.leg()
    await scene.goes_on_until(lambda: bool(resident.notes))
    counters = scene.pool.counters
    assert (counters["speech_shed_resident"], counters["speech_shed_caller"]) == (1, 0)


async def test_our_own_server_gives_a_residents_place_to_a_new_call(vosk_model):
    pcm = pcm_of("fraud_police", "caller")[: 2 * 16_000]
    async with AsyncExitStack() as stack:
        pool = SpeechPool((await stack.enter_async_context(speech_server(vosk_model, max_streams=2)),))
        first, resident, second = [
            await stack.enter_async_context(played_leg(pool, speaker))
            for speaker in (Speaker.CALLER, Speaker.RESIDENT, Speaker.CALLER)
        ]
        await first.says(pcm)
        await resident.says(pcm)
        await second.says(pcm)
        resident.feed()
        await resident.until(lambda: SHED in resident.kinds)
        heard = bool(first.results), bool(second.results)
    assert (heard, SHED in first.kinds + second.kinds) == ((True, True), False)
