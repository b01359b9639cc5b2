"""The api is away while the alert is raised: the call goes on, the alert arrives once when it is back."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from changmao.demo.phones import CallPlan
from changmao.demo.witness import until
from tests.fixtures.likeness import lost_seconds, samples_of
from tests.fixtures.stage import Stage, placed

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]

NextCall = Callable[[], Awaitable[None]]
BEFORE = "警号"
"""Said some seconds before the words that raise the alert."""


async def test_an_alert_raised_while_the_api_is_dead_arrives_once(
    stage: Stage, fraud_call: CallPlan, next_call: NextCall, recordings: Path
) -> None:
    async with placed(stage, fraud_call) as call:
        await call.says(BEFORE)
        await until("alert in the spool", 40, lambda: kept_dead(stage))
        record = await call.over()
        await call.warned()
    assert len(record["alerts"]) == 1
    assert alerts_taken(stage) == 1
    assert record["call"]["cause"] == "caller"
    assert lost_seconds(samples_of(fraud_call.resident_wav), samples_of(recordings / "caller.wav")) == set()
    await next_call()


async def test_an_alert_raised_while_the_api_hangs_arrives_once(
    stage: Stage, fraud_call: CallPlan, next_call: NextCall
) -> None:
    async with placed(stage, fraud_call) as call:
        await call.says(BEFORE)
        stage.kill("api", signal.SIGSTOP)
        try:
            await until("alert in the spool", 40, lambda: spooled(stage))
        finally:
            stage.kill("api", signal.SIGCONT)
        record = await call.over()
        await call.warned()
    assert len(record["alerts"]) == 1
    assert alerts_taken(stage) == 1
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
