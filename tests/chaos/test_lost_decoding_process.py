"""`kill -9` of one decoding process under a node's legs: they are heard on within 2 s, by the same server."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest

from contracts.node_api import NoteKind
from telephony.controller.patience import Patience
from telephony.controller.speech_pool import SpeechPool
from tests.fixtures.played_leg import PlayedLeg, played_leg
from tests.fixtures.speech_servers import decoding_processes, speech_process

pytestmark = pytest.mark.chaos

LEGS = 4
BEFORE = bytes(10 * 1600)
"""1 s at 8000 Hz."""
CALM = Patience(late_ms=60_000, longest_gap_s=60)
"""Text may be late on a slow machine: that is not what is tested."""
LOST_AND_HEARD_ON = [NoteKind.LISTENING_LOST, NoteKind.LISTENING_RESUMED]


@asynccontextmanager
async def heard_legs(pool: SpeechPool) -> AsyncIterator[list[PlayedLeg]]:
    """Yield legs that have been heard for 1 s."""
    async with AsyncExitStack() as calls:
        legs = [await calls.enter_async_context(played_leg(pool)) for _ in range(LEGS)]
        for leg in legs:
            await leg.says(BEFORE)
        yield legs


async def lose_a_process(server: subprocess.Popen[str], legs: list[PlayedLeg], hit: int) -> float:
    """Kill a decoding process and let the legs talk on until so many are heard again; return when."""

    def all_resumed() -> bool:
        return sum(NoteKind.LISTENING_RESUMED in leg.kinds for leg in legs) == hit

    killed_at = time.monotonic()
    os.kill(decoding_processes(server.pid)[0], signal.SIGKILL)
    await asyncio.gather(*(leg.talks_until(all_resumed) for leg in legs))
    return killed_at


async def streams_of(url: str) -> int:
    """Return how many streams a speech server has."""
    async with httpx.AsyncClient(trust_env=False) as http:
        return int((await http.get(url.replace("ws", "http") + "/healthz")).json()["streams"])


async def test_the_legs_of_a_killed_decoding_process_are_heard_on_within_2_seconds(vosk_model: Path) -> None:
    with speech_process(vosk_model) as (url, server):
        async with heard_legs(SpeechPool([url], CALM)) as legs:
            killed_at = await lose_a_process(server, legs, LEGS // 2)
            lost = [leg for leg in legs if leg.notes]
            assert [leg.kinds for leg in lost] == [LOST_AND_HEARD_ON] * 2
            assert max(leg.noted_at[1] for leg in lost) - killed_at < 2.0
            assert {leg.notes[1][1] for leg in lost} == {"caller: nothing was missed"}


async def test_with_another_server_beside_it_the_legs_of_a_killed_decoding_process_stay_at_theirs(
    vosk_model: Path,
) -> None:
    with ExitStack() as processes:
        served = [processes.enter_context(speech_process(vosk_model)) for _ in range(2)]
        async with heard_legs(SpeechPool([url for url, _ in served], CALM)) as legs:
            # Two legs are at each server, one on each of its processes.
            await lose_a_process(served[0][1], legs, 1)
            places = [await streams_of(url) for url, _ in served]
            assert (places, [leg.kinds for leg in legs if leg.notes]) == ([2, 2], [LOST_AND_HEARD_ON])
