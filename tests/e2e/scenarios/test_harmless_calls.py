"""Calls that threaten nobody, at the same time on one service: no alert, and not a word of them stays."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
import pytest_asyncio

from changmao.demo.account import Facts, steps_of
from changmao.demo.scenario import shipped_scenario
from contracts.node_api import LiveLine
from tests.fixtures.byte_scan import contents_of, found_in, words_of
from tests.fixtures.sound_files import silence
from tests.fixtures.stage import NEIGHBOURS, PlacedCall, Stage, placed, plan_of, whole_call

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="session")]


@dataclass(frozen=True)
class Played:
    """A call that is over."""

    facts: Facts
    lines: list[LiveLine]

    @property
    def finals(self) -> list[str]:
        """What was recognised, utterance by utterance."""
        return [line.text for line in self.lines if line.final]


@dataclass(frozen=True)
class Quiet:
    """Three calls to three residents."""

    courier: Played
    """He shows the number that frauds show in other tests."""
    family: Played
    nothing: Played
    """Nobody says a word."""
    held_before: list[bytes]
    """What the data folder held before the first call, the node's phrasebook among it."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def quiet(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Quiet:
    await stage.free()
    held_before = contents_of(stage.folder)
    still = silence(8, tmp_path_factory.mktemp("still"))
    async with (
        placed(stage, whole_call("benign_courier")) as courier,
        placed(stage, whole_call("benign_family", called=NEIGHBOURS[0])) as family,
        placed(stage, plan_of((still, still), called=NEIGHBOURS[1])) as nothing,
    ):
        calls = (courier, family, nothing)
        await asyncio.gather(*(call.ended() for call in calls))
        await stage.heard_out()
        return Quiet(*[await played(call) for call in calls], held_before)


async def played(call: PlacedCall) -> Played:
    return Played(await call.facts(), call.lines)


def failed(name: str, played: Played) -> list[str]:
    """Return the steps that did not happen."""
    return [step.name for step in steps_of(shipped_scenario(name), played.facts) if not step.happened]


async def test_a_courier_under_the_numbers_of_the_fraud_call_raises_no_alert(quiet: Quiet) -> None:
    assert failed("benign_courier", quiet.courier) == []


async def test_the_couriers_number_is_the_suspected_one(quiet: Quiet) -> None:
    assert quiet.courier.facts.call["call"]["verdict"]["number_risk"] > 0


async def test_a_son_who_calls_his_mother_raises_no_alert(quiet: Quiet) -> None:
    assert failed("benign_family", quiet.family) == []


async def test_no_word_of_a_call_without_an_alert_stays_in_the_data_folder(
    stage: Stage, quiet: Quiet
) -> None:
    words = words_of([*quiet.courier.finals, *quiet.family.finals])
    # The phrasebook and the names of residents hold some of them from the start.
    telling = words - found_in(quiet.held_before, words)
    assert len(telling) > 50
    assert found_in(contents_of(stage.folder), telling) == set()


async def test_silence_gives_an_empty_transcript_and_no_alert(quiet: Quiet) -> None:
    facts = quiet.nothing.facts
    assert (quiet.nothing.lines, facts.call["alerts"], facts.call["case_id"]) == ([], [], None)
    assert facts.call["call"]["answered_at"]
