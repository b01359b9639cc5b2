"""One running service for the calls of this folder, and an evening on which frauds call several residents."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from casework.policy import shipped_text
from changmao.demo.account import Facts
from changmao.demo.phones import CallPlan
from telephony.phone.script import WarningManners
from tests.fixtures.sound_files import excerpt
from tests.fixtures.stage import NEIGHBOURS, Stage, placed, plan_of, staged, whole_call

POLICY = shipped_text("demo").replace("visit_after: 120 s", "visit_after: 60 s")
UNLISTED = "13800001111"
WHISPERED_S = 30
"""Twice as much of the service call as it takes to the alert (6.5 s) and the whisper (8.3 s)."""


@dataclass(frozen=True)
class Evening:
    """What was on record of each call when it had come to what it was placed for."""

    calls: dict[str, Facts]
    """By the name of the scenario: fraud_service and fraud_tasks (acknowledged), silent, no_answer."""
    at_alert: dict[str, Any]
    """The record of fraud_tasks, from a number on no list, when it had an alert."""


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory, vosk_model: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("scenarios") / "data", vosk_model, POLICY) as stage:
        yield stage


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def evening(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Evening:
    """Two calls whose warnings nobody heeds, and while those are given, two others."""
    await stage.free()
    first, second = unheeded(tmp_path_factory.mktemp("evening"))
    async with placed(stage, first) as silent, placed(stage, second) as no_answer:
        await asyncio.gather(silent.ended(), no_answer.ended())
        async with asyncio.TaskGroup() as warnings:
            nothing_pressed = warnings.create_task(silent.warned())
            visit_ordered = warnings.create_task(no_answer.visit_ordered())
            service, tasks, at_alert = await heeded(stage)
        names = ("silent", "no_answer", "fraud_service", "fraud_tasks")
        facts = (nothing_pressed.result(), visit_ordered.result(), service, tasks)
        return Evening(dict(zip(names, facts, strict=True)), at_alert)


def unheeded(folder: Path) -> tuple[CallPlan, CallPlan]:
    caller, resident = (
        excerpt("fraud_service", speaker, WHISPERED_S, folder) for speaker in ("caller", "resident")
    )
    silent, no_answer = (WarningManners.SILENT, WarningManners.RING_OUT)
    return (
        plan_of((caller, resident), called=NEIGHBOURS[0], manners=silent),
        plan_of((caller, resident), called=NEIGHBOURS[1], manners=no_answer),
    )


async def heeded(stage: Stage) -> tuple[Facts, Facts, dict[str, Any]]:
    """Play two calls to their ends and see their warnings acknowledged."""
    async with (
        placed(stage, whole_call("fraud_service")) as service,
        placed(stage, whole_call("fraud_tasks", caller=UNLISTED, called=NEIGHBOURS[2])) as tasks,
    ):
        at_alert = await tasks.alerted()
        await asyncio.gather(service.over(), tasks.over())
        return (*await asyncio.gather(service.warned(), tasks.warned()), at_alert)
