"""A policy that ends the caller's leg: the whisper first, then the hang-up, then a word to the resident."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from casework.policy import shipped_text
from telephony.phone.script import PhoneEvent
from tests.fixtures.likeness import samples_of, share_heard
from tests.fixtures.sound_files import BLOCKED, WHISPER, recording_of
from tests.fixtures.stage import placed, plan_of, staged

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

POLICY = shipped_text("demo").replace("hang_up_caller_at: never", "hang_up_caller_at: medium")


@dataclass(frozen=True)
class Blocked:
    """The call, when it was over."""

    record: dict[str, Any]
    caller: list[PhoneEvent]
    recordings: Path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def blocked(tmp_path_factory: pytest.TempPathFactory, vosk_model: Path) -> AsyncIterator[Blocked]:
    folder = tmp_path_factory.mktemp("blocked")
    wavs = recording_of("fraud_service", "caller"), recording_of("fraud_service", "resident")
    async with staged(folder / "data", vosk_model, POLICY) as stage:
        async with placed(stage, plan_of(wavs, record=folder / "recordings")) as call:
            record = await call.over()
        yield Blocked(record, call.caller.events, folder / "recordings")


def note(blocked: Blocked, kind: str) -> str:
    return str(next(note["at"] for note in blocked.record["notes"] if note["kind"] == kind))


async def test_the_policy_ends_the_call(blocked: Blocked) -> None:
    assert blocked.record["call"]["cause"] == "policy"


async def test_the_caller_is_hung_up_long_before_his_speech_is_over(blocked: Blocked) -> None:
    at = {event.event: event.at for event in blocked.caller}
    assert at["gone"] - at["answered"] < 35


async def test_the_caller_is_hung_up_only_after_the_whisper(blocked: Blocked) -> None:
    assert note(blocked, "whisper_ended") <= note(blocked, "caller_hung_up_by_policy")


async def test_the_resident_hears_the_whisper(blocked: Blocked) -> None:
    assert share_heard(samples_of(WHISPER), samples_of(blocked.recordings / "resident-1.wav")) > 0.8


async def test_the_resident_is_told_why_the_caller_is_gone(blocked: Blocked) -> None:
    assert share_heard(samples_of(BLOCKED), samples_of(blocked.recordings / "resident-1.wav")) > 0.8


async def test_the_caller_is_not_told(blocked: Blocked) -> None:
    assert share_heard(samples_of(BLOCKED), samples_of(blocked.recordings / "caller.wav")) < 0.2
