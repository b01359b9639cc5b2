"""The api is away while the alert is raised: the call goes on, the alert arrives once when it is back."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from changmao.demo.witness import until
from tests.fixtures.likeness import lost_seconds, samples_of
from tests.fixtures.sound_files import excerpt
from tests.fixtures.stage import NEIGHBOURS, Stage, placed, plan_of

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

NextCall = Callable[[], Awaitable[None]]
CALL_S = 24
"""As much of the service call as it takes to the alert (6.5 s) and the whisper."""


@pytest.fixture
def wavs(tmp_path: Path) -> tuple[Path, Path]:
    return excerpt("fraud_service", "caller", CALL_S, tmp_path), excerpt(
        "fraud_service", "resident", CALL_S, tmp_path
    )


async def test_an_alert_raised_while_the_api_is_dead_arrives_once(
    stage: Stage, wavs: tuple[Path, Path], next_call: NextCall, recordings: Path
) -> None:
    taken = alerts_taken(stage)
    plan = plan_of(wavs, record=recordings)
    async with placed(stage, plan) as call:
        await call.answered()
        await until("alert in the spool", 40, lambda: kept_dead(stage))
        record = await call.over()
        await call.warned()
    assert len(record["alerts"]) == 1
    assert alerts_taken(stage) == taken + 1
    assert record["call"]["cause"] == "caller"
    assert lost_seconds(samples_of(plan.resident_wav), samples_of(recordings / "caller.wav")) == set()
    await next_call()


async def test_an_alert_raised_while_the_api_hangs_arrives_once(
    stage: Stage, wavs: tuple[Path, Path], next_call: NextCall
) -> None:
    taken = alerts_taken(stage)
    await stage.free()
    # Of the same resident it would be the alert of the call before.
    async with placed(stage, plan_of(wavs, called=NEIGHBOURS[0])) as call:
        await call.answered()
        stage.kill("api", signal.SIGSTOP)
        try:
            await until("alert in the spool", 40, lambda: spooled(stage))
        finally:
            stage.kill("api", signal.SIGCONT)
        record = await call.over()
        await call.warned()
    assert len(record["alerts"]) == 1
    assert alerts_taken(stage) == taken + 1
    await next_call()


async def kept_dead(stage: Stage) -> bool:
    """Kill the api as often as it is started again; tell whether the alert waits on the node."""
    if stage.pid("api") is not None and not stage.spooled("alert_raised"):
        with suppress(ProcessLookupError):  # the one just killed, still in the book
            stage.kill("api")
    return stage.spooled("alert_raised")


async def spooled(stage: Stage) -> bool:
    return stage.spooled("alert_raised")


def alerts_taken(stage: Stage) -> int:
    """Return how many alerts the database took and told of."""
    with closing(sqlite3.connect(f"file:{stage.folder / 'changmao.db'}?mode=ro", uri=True)) as database:
        (alerts,) = database.execute("SELECT count(*) FROM alerts").fetchone()
        (told,) = database.execute("SELECT count(*) FROM outbox WHERE kind = 'alert_raised'").fetchone()
    assert alerts == told
    return int(told)
