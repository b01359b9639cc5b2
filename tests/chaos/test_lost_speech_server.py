"""`kill -9` of one of two speech servers in mid-sentence: its leg is heard on by the other."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from contracts.node_api import NoteKind
from telephony.controller.patience import Patience
from telephony.controller.speech_pool import SpeechPool
from tests.fixtures.played_leg import PlayedLeg, played_leg
from tests.fixtures.recordings import pcm_of
from tests.fixtures.speech_servers import speech_process

pytestmark = pytest.mark.chaos

# One sentence of the call, and an instant in its middle.
BEGINS_S, KILLED_S, ENDS_S = 7, 12, 17


@dataclass(frozen=True)
class Loss:
    """What became of the legs."""

    legs: list[PlayedLeg]
    """The first was heard by the killed server, the second by the other."""
    killed_at: float
    """On the monotonic clock, s."""

    @property
    def heard(self) -> str:
        """What the first leg said, as far as it was heard, by either server."""
        return "".join([*self.legs[0].broken_off, *self.legs[0].finals])


@pytest_asyncio.fixture
async def loss(vosk_model: Path) -> AsyncIterator[Loss]:
    pcm = pcm_of("fraud_police", "caller")
    before, after = (
        pcm[int(begin * 16_000) : int(end * 16_000)]
        for begin, end in ((BEGINS_S, KILLED_S), (KILLED_S, ENDS_S))
    )
    with ExitStack() as processes:
        served = [processes.enter_context(speech_process(vosk_model)) for _ in range(2)]
        # Speech is played as fast as it is decoded, and late on a slow machine: that is not what is tested.
        pool = SpeechPool([url for url, _ in served], Patience(late_ms=60_000, longest_gap_s=60))
        async with AsyncExitStack() as calls:
            legs = [await calls.enter_async_context(played_leg(pool)) for _ in range(2)]
            for leg in legs:
                await leg.says(before[:1600])
            await legs[0].says(before)
            killed_at = time.monotonic()
            served[0][1].kill()
            await legs[0].says(after)
        yield Loss(legs, killed_at)


async def test_a_killed_speech_servers_leg_is_heard_on_by_the_other(loss: Loss) -> None:
    assert [leg.kinds for leg in loss.legs] == [[NoteKind.LISTENING_LOST, NoteKind.LISTENING_RESUMED], []]
    assert loss.legs[0].noted_at[1] - loss.killed_at < 2.0
    # Said before, across and after the loss.
    assert [word for word in ("刑侦", "警号", "银行卡", "洗钱") if word not in loss.heard] == []
    assert loss.legs[0].notes[1][1] == "caller: nothing was missed"
