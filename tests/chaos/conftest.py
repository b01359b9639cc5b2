"""A service for each test that kills one of its processes, and the proof that it goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from changmao.demo.phones import CallPlan
from tests.fixtures.sound_files import excerpt
from tests.fixtures.stage import Stage, placed, plan_of, staged

CALL_S = 34
"""As much of the police call as it takes to the alert and the whisper."""


@pytest_asyncio.fixture
async def stage(tmp_path: Path, vosk_model: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data", vosk_model) as stage:
        yield stage


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """Where the telephones of `fraud_call` put what they hear."""
    return tmp_path / "recordings"


@pytest.fixture
def fraud_call(tmp_path: Path, recordings: Path) -> CallPlan:
    caller, resident = (excerpt("fraud_police", side, CALL_S, tmp_path) for side in ("caller", "resident"))
    return plan_of((caller, resident), record=recordings)


@pytest.fixture
def next_call(stage: Stage, tmp_path: Path) -> Callable[[], Awaitable[None]]:
    """Place another call and see it judged, answered, heard and put on record."""
    wavs = excerpt("benign_family", "caller", 6, tmp_path), excerpt("benign_family", "resident", 6, tmp_path)

    async def place() -> None:
        async with placed(stage, plan_of(wavs)) as call:
            await call.answered()
            record = await call.over()
        assert record["call"]["verdict"]["action"] == "monitor"
        assert record["call"]["cause"] == "caller"
        assert any(line.final for line in call.lines)

    return place
