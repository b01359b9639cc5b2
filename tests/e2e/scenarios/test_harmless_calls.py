"""Calls that threaten nobody, on one running service: no alert, and not a word of them stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from changmao.demo.account import Facts, steps_of
from changmao.demo.performance import Audience, perform
from changmao.demo.scenario import shipped_scenario
from contracts.node_api import LiveLine
from tests.fixtures.byte_scan import contents_of, found_in, words_of
from tests.fixtures.sound_files import silence
from tests.fixtures.stage import Stage, placed, plan_of, staged

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]


@dataclass(frozen=True)
class Performance:
    """A scenario that was played."""

    facts: Facts
    failed: list[str]
    """Steps that did not happen."""
    lines: list[LiveLine]

    @property
    def finals(self) -> list[str]:
        """What was recognised, utterance by utterance."""
        return [line.text for line in self.lines if line.final]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory, vosk_model: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path_factory.mktemp("harmless") / "data", vosk_model) as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def held_before(stage: Stage) -> list[bytes]:
    """What the data folder holds before the first call, the node's phrasebook among it."""
    return contents_of(stage.folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def courier(stage: Stage, held_before: list[bytes]) -> Performance:  # noqa: ARG001 (taken first)
    """The courier calls with the number that the police call of the other tests shows."""
    return await played("benign_courier", stage)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def family(stage: Stage, held_before: list[bytes]) -> Performance:  # noqa: ARG001 (taken first)
    return await played("benign_family", stage)


async def played(name: str, stage: Stage) -> Performance:
    scenario, lines = shipped_scenario(name), list[LiveLine]()
    await stage.free()
    audience = Audience(lines.append, lambda _: None)
    facts = await perform(scenario, stage.settings, stage.witness, audience, None)
    return Performance(facts, [step.name for step in steps_of(scenario, facts) if not step.happened], lines)


async def test_a_courier_under_the_numbers_of_the_fraud_call_raises_no_alert(courier: Performance) -> None:
    assert courier.failed == []


async def test_the_couriers_number_is_the_suspected_one(courier: Performance) -> None:
    assert courier.facts.call["call"]["verdict"]["number_risk"] > 0


async def test_a_son_who_calls_his_mother_raises_no_alert(family: Performance) -> None:
    assert family.failed == []


async def test_no_word_of_a_call_without_an_alert_stays_in_the_data_folder(
    stage: Stage, courier: Performance, family: Performance, held_before: list[bytes]
) -> None:
    words = words_of([*courier.finals, *family.finals])
    # The phrasebook and the names of residents hold some of them from the start.
    telling = words - found_in(held_before, words)
    assert len(telling) > 50
    assert found_in(contents_of(stage.folder), telling) == set()


async def test_silence_gives_an_empty_transcript_and_no_alert(stage: Stage, tmp_path: Path) -> None:
    nothing = silence(8, tmp_path)
    async with placed(stage, plan_of((nothing, nothing))) as call:
        record = await call.over()
        assert (call.lines, record["alerts"], record["case_id"]) == ([], [], None)
        assert record["call"]["answered_at"]
