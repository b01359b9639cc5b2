"""Calls on one running service: other scams, callers on no list or without a number, strangers."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from changmao.demo.account import figures_of, steps_of
from changmao.demo.scenario import shipped_scenario
from changmao.demo.stage import RESIDENT
from changmao.demo.witness import until
from contracts.node_api import LiveLine
from tests.e2e.scenarios.conftest import Evening
from tests.fixtures.byte_scan import contents_of, found_in, words_of
from tests.fixtures.sound_files import excerpt
from tests.fixtures.stage import NEIGHBOURS, Stage, placed, plan_of

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="session")]

NOT_ENROLLED = "19900005555"


@dataclass(frozen=True)
class Delivered:
    """A call of a few words, when it was over."""

    record: dict[str, Any]
    lines: list[LiveLine]


@dataclass(frozen=True)
class Short:
    """Three calls at the same time."""

    unenrolled: Delivered
    anonymous: Delivered
    stranger: int
    """The status that somebody got who is no trunk."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def short(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Short:
    folder = tmp_path_factory.mktemp("short")
    wavs = excerpt("benign_family", "caller", 4, folder), excerpt("benign_family", "resident", 4, folder)
    node = stage.settings.node
    await stage.free()
    async with (
        placed(stage, plan_of(wavs, called=NOT_ENROLLED)) as unenrolled,
        placed(stage, plan_of(wavs, caller="anonymous", called=NEIGHBOURS[0])) as anonymous,
    ):
        status = await asyncio.to_thread(invite_from, "127.0.0.2", (node.host, node.sip_port))
        await asyncio.gather(unenrolled.answered(), anonymous.answered())
        await asyncio.gather(unenrolled.over(), anonymous.over())
        first, second = [Delivered(await call.record(), call.lines) for call in (unenrolled, anonymous)]
        return Short(first, second, status)


@pytest.mark.parametrize("name", ["fraud_service", "fraud_tasks"])
async def test_a_scam_raises_an_alert_of_its_own_type(evening: Evening, name: str) -> None:
    scenario, facts = shipped_scenario(name), evening.calls[name]
    assert [step.name for step in steps_of(scenario, facts) if not step.happened] == []
    assert figures_of(scenario, facts)["scam_type"] == name.removeprefix("fraud_")


async def test_a_caller_on_no_list_is_found_out_by_what_he_says(evening: Evening) -> None:
    assert not [step for step in evening.at_alert["call"]["verdict"]["rules"] if step["entry"]]
    assert evening.at_alert["alerts"][0]["alert"]["scam_type"] == "tasks"


async def test_what_was_said_in_an_alerted_call_is_kept(stage: Stage, evening: Evening) -> None:
    """The counterpart of the scan after harmless calls: the same scan finds what is there."""
    record = evening.calls["fraud_service"].call
    words = words_of(line["text"] for line in record["alerts"][0]["transcript"])
    assert len(words) > 50
    assert found_in(contents_of(stage.folder), words) == words


async def test_a_call_to_somebody_not_enrolled_is_delivered_unheard(short: Short) -> None:
    call = short.unenrolled.record["call"]
    assert call["answered_at"]
    assert (call["resident_id"], call["verdict"], short.unenrolled.lines) == (None, None, [])


async def test_a_caller_without_a_number_is_delivered_and_judged(short: Short) -> None:
    call = short.anonymous.record["call"]
    assert call["caller"] is None
    assert call["verdict"]["action"] == "monitor"


async def test_an_invite_from_an_address_that_is_no_trunk_is_refused_and_counted(
    stage: Stage, short: Short
) -> None:
    assert short.stranger == 403

    async def counted() -> bool:
        url = f"http://{stage.settings.api.host}:{stage.settings.api.port}/metrics"
        async with httpx.AsyncClient(trust_env=False) as client:
            lines = (await client.get(url)).text.splitlines()
        counter = next((line for line in lines if 'counter="refused_source"' in line), "0")
        return float(counter.rpartition(" ")[2]) == 1

    await until("refusal in the metrics", 30, counted)


def invite_from(address: str, target: tuple[str, int]) -> int:
    """Send an INVITE from a bare socket; return the final status."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.settimeout(10)
        stranger.bind((address, 0))
        via = f"{address}:{stranger.getsockname()[1]}"
        uri = f"sip:{RESIDENT}@{target[0]}:{target[1]}"
        head = (
            f"Via: SIP/2.0/UDP {via};branch=z9hG4bKstranger\r\nFrom: <sip:13800002222@{via}>;tag=1\r\n"
            f"Call-ID: stranger@{via}\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n"
        )
        to = f"To: <{uri}>"
        contact = f"Contact: <sip:13800002222@{via}>\r\n"
        invite = f"INVITE {uri} SIP/2.0\r\n{head}{to}\r\nCSeq: 1 INVITE\r\n{contact}\r\n"
        stranger.sendto(invite.encode(), target)
        for _ in range(10):
            answer = stranger.recv(4096).decode()
            status = int(answer.split()[1])
            if status >= 200:
                to = next(line for line in answer.splitlines() if line.startswith("To:"))
                stranger.sendto(f"ACK {uri} SIP/2.0\r\n{head}{to}\r\nCSeq: 1 ACK\r\n\r\n".encode(), target)
                return status
    return pytest.fail("no final answer")
