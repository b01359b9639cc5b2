"""Warning calls whose network announces something in early media: real SIP, sound and speech on both ends."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from contracts.node_api import AttemptEnded, LeasedAttempt, PollReply
from contracts.outcome import Outcome
from contracts.ports import RandomIds, SystemClock
from contracts.taxonomy import ScamType
from telephony.controller import controller as controller_module
from telephony.controller.controller import Controller, Means
from telephony.controller.holdings import Keeper
from telephony.controller.patience import Patience
from telephony.controller.speech_pool import SpeechPool
from tests.fixtures.announced import breathless, repeated
from tests.fixtures.exchange import node_settings
from tests.fixtures.node_api import PlayedApi, client_of
from tests.fixtures.played_worker import Record
from tests.fixtures.speech_servers import speech_process
from tests.fixtures.telephones import resident_phone
from tests.fixtures.worker_process import WorkerProcess

pytestmark = [pytest.mark.sip, pytest.mark.timeout(90)]

CALL_S = 50.0
VOICE = "zf_xiaoyi"


@pytest.fixture(scope="module")
def asr_url(vosk_model):
    with speech_process(vosk_model) as (url, _):
        yield url


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Speech that comes late because the machine is busy is not what is tested here."""
    endless = Patience(last_result_s=CALL_S, late_ms=1000 * CALL_S, longest_gap_s=CALL_S)
    monkeypatch.setattr(controller_module, "SpeechPool", partial(SpeechPool, patience=endless))


def leased(route):
    attempt = LeasedAttempt(
        attempt_id=f"{RandomIds().new()}-1",
        warning_id="w1",
        fence=1,
        lease_until=datetime.now(UTC) + timedelta(minutes=5),
        number="+8613800000001",
        delivery_route=route,
        scam_type=ScamType.POLICE,
        ring_seconds=60,
        key_seconds=1,
    )
    return PollReply(attempts=(attempt,), snapshot_version="1", overlay_version="1")


@contextmanager
def announcing_network(wav, tmp_path):
    with resident_phone(wav=wav, announcement=wav, warning="announce", record=tmp_path) as phone:
        yield phone


async def warned(phone, asr_url, folder):
    """Place one warning call to a phone and return how the attempt ended."""
    record, client = Record(), client_of(PlayedApi(), folder)
    port = phone.script.sip_port
    settings = node_settings(folder / "node", port).model_copy(update={"asr_urls": (asr_url,)})
    means = Means(client, record, Keeper(client, folder), SystemClock(), RandomIds())
    controller = Controller(settings, means)
    server = await controller.workers.serve(settings.socket_path)
    worker = WorkerProcess(settings)
    try:
        async with asyncio.timeout(CALL_S):
            while controller.workers.free_slots() < 1:
                await controller.workers.changed()
            controller.take(leased(f"sip:13800000001@127.0.0.1:{port}"))
            await record.until(lambda: bool(record.of(AttemptEnded)), CALL_S)
        await asyncio.to_thread(phone.wait_for, "gone")
    finally:
        await controller.stop(server)
        await asyncio.to_thread(worker.stop)
        await client.close()
    return record.of(AttemptEnded)[0]


async def test_an_announcement_that_is_over_with_the_call_still_tells_its_outcome(asr_url, tmp_path):
    with announcing_network(breathless("suspended", VOICE, tmp_path), tmp_path) as network:
        end = await warned(network, asr_url, tmp_path)
        assert (end.outcome, end.sip_code) == (Outcome.SUSPENDED, 480)


async def test_an_announcement_ends_the_call_before_the_network_does(asr_url, tmp_path):
    with announcing_network(repeated("service_paused", VOICE, 8, tmp_path), tmp_path) as network:
        end = await warned(network, asr_url, tmp_path)
        by_us = (end.sip_code, network.of("gone")[0].status)
        assert (end.outcome, by_us) == (Outcome.SUSPENDED, (None, 487))
