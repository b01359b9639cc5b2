"""`kill -9` of one process during a call: what is lost is on record, and the next call is taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from changmao.demo.phones import CallPlan
from changmao.demo.witness import until
from tests.fixtures.likeness import lost_seconds, samples_of
from tests.fixtures.stage import PlacedCall, Stage, placed

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

NextCall = Callable[[], Awaitable[None]]


async def test_a_call_lost_with_its_telephony_worker_is_on_record(
    stage: Stage, fraud_call: CallPlan, next_call: NextCall
) -> None:
    async with placed(stage, fraud_call) as call:
        await call.says("请问")
        killed = stage.kill("worker-1")  # the telephones try it first
        record = await call.over()
    assert record["call"]["cause"] == "worker_lost"
    await stage.restored("worker-1", killed)
    await next_call()


async def test_a_call_goes_on_unheard_until_the_asr_worker_is_back(
    stage: Stage, fraud_call: CallPlan, next_call: NextCall, recordings: Path
) -> None:
    async with placed(stage, fraud_call) as call:
        await call.says("请问")
        stage.kill("asr")
        record = await call.over()
        await call.warned()
    assert kinds(record)[:2] == ["listening_lost"] * 2
    # On a slow machine the resident's leg may give way meanwhile, and resume once more; the caller's may not.
    resumed = [note["detail"] for note in record["notes"] if note["kind"] == "listening_resumed"]
    sides = Counter(detail.partition(":")[0] for detail in resumed)
    assert (sides["caller"], sides["resident"] >= 1) == (1, True)
    assert lost_of_the_resident(fraud_call, recordings) == set()
    # Enough of the script was still to come.
    assert record["alerts"][0]["alert"]["scam_type"] == "police"
    await next_call()


async def test_a_call_outlives_the_controller_and_is_heard_again_by_the_next_one(
    stage: Stage, fraud_call: CallPlan, next_call: NextCall, recordings: Path
) -> None:
    async with placed(stage, fraud_call) as call:
        await call.says("请问")
        killed = stage.kill("controller")
        await heard_again(call)
        record = await call.over()
        await stage.restored("controller", killed)
    assert record["call"]["cause"] == "caller"
    assert lost_of_the_resident(fraud_call, recordings) == set()
    await next_call()


async def heard_again(call: PlacedCall) -> None:
    before = len(call.lines)

    async def more() -> bool:
        return len(call.lines) > before

    await until("live text after the kill", 30, more)


def kinds(record: dict[str, Any]) -> list[str]:
    return [note["kind"] for note in record["notes"]]


def lost_of_the_resident(plan: CallPlan, recordings: Path) -> set[int]:
    """Return which seconds of the resident's speech the caller did not hear."""
    return lost_seconds(samples_of(plan.resident_wav), samples_of(recordings / "caller.wav"))
