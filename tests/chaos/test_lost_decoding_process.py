"""`kill -9` of one decoding process under legs of a node: they are heard on within 2 s, on one server."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from contracts.node_api import NoteKind
from telephony.controller.speech_pool import SpeechPool
from tests.fixtures.played_leg import played_leg
from tests.fixtures.speech_servers import decoding_processes, speech_process

pytestmark = pytest.mark.chaos

LEGS = 4
"""Two on each process."""
BEFORE = bytes(10 * 1600)
"""1 s at 8000 Hz."""


async def test_the_legs_of_a_killed_decoding_process_are_heard_on_within_2_seconds(vosk_model: Path) -> None:
    with speech_process(vosk_model) as (url, server):
        pool = SpeechPool([url])
        async with AsyncExitStack() as calls:
            legs = [await calls.enter_async_context(played_leg(pool)) for _ in range(LEGS)]
            for leg in legs:
                await leg.says(BEFORE)

            def half_resumed() -> bool:
                return sum(NoteKind.LISTENING_RESUMED in leg.kinds for leg in legs) == LEGS // 2

            killed_at = time.monotonic()
            os.kill(decoding_processes(server.pid)[0], signal.SIGKILL)
            await asyncio.gather(*(leg.goes_on_until(half_resumed) for leg in legs))
            lost = [leg for leg in legs if leg.notes]
            assert [leg.kinds for leg in lost] == [[NoteKind.LISTENING_LOST, NoteKind.LISTENING_RESUMED]] * 2
            assert max(leg.noted_at[1] for leg in lost) - killed_at < 2.0
            assert {leg.notes[1][1] for leg in lost} == {"caller: nothing was missed"}
