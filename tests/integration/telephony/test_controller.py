"""The controller over its real socket: calls received, workers lost, warning calls led."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from contracts.evidence import Speaker
from contracts.node_api import (
    AttemptEnded,
    CallEnded,
    CallNoted,
    CallStarted,
    Command,
    CommandKind,
    LeasedAttempt,
    PollReply,
)
from contracts.outcome import Outcome
from contracts.ports import RandomIds, SystemClock
from contracts.taxonomy import ScamType
from telephony.controller.controller import Controller, Means
from telephony.controller.holdings import Keeper
from telephony.link.framing import Sound
from telephony.link.messages import (
    Answered,
    Decision,
    Deed,
    Dial,
    Dialled,
    Digit,
    Ended,
    HangUp,
    Incoming,
    Play,
    Played,
    Routes,
    Stats,
)
from telephony.settings import NodeSettings
from tests.fixtures.node_api import PlayedApi, client_of, refresh
from tests.fixtures.node_snapshot import FORWARDED, LISTED, TRUNK
from tests.fixtures.played_worker import PlayedWorker, Record

pytestmark = pytest.mark.integration

REJECTED = next(iter(LISTED))


@pytest.fixture
async def record():
    return Record()


@pytest.fixture
async def api():
    return PlayedApi()


@pytest.fixture
async def client(api, tmp_path):
    opened = client_of(api, tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
async def keeper(client, tmp_path):
    kept = Keeper(client, tmp_path)
    await refresh(kept)
    return kept


@pytest.fixture
async def controller(record, client, keeper, tmp_path):
    settings = NodeSettings(trunks=(TRUNK,), folder=tmp_path, asr_urls=("ws://127.0.0.1:9",))
    led = Controller(settings, Means(client, record, keeper, SystemClock(), RandomIds()))
    server = await led.workers.serve(settings.socket_path)
    yield led
    server.close()
    await server.wait_closed()


@pytest.fixture
async def worker(controller, tmp_path):
    assert controller.workers.free_slots() == 0
    joined = await PlayedWorker.join(tmp_path / "controller.sock")
    yield joined
    await joined.vanish()


def incoming(call_id="c1", caller="19900000099", called="13800000001", **more):
    return Incoming(call_id=call_id, trunk="pbx", caller=caller, called=called, at=1.0, **more)


def ended(call_id="c1", **more):
    return Ended(call_id=call_id, cause="caller", sip_code=200, at=2.0, **more)


def attempt():
    return LeasedAttempt(
        attempt_id="a1",
        warning_id="w1",
        fence=1,
        lease_until=datetime.now(UTC) + timedelta(minutes=5),
        number="+8613800000001",
        delivery_route=None,
        scam_type=ScamType.POLICE,
        ring_seconds=1,
        key_seconds=1,
    )


def leased():
    return PollReply(attempts=(attempt(),), snapshot_version="1", overlay_version="1")


async def test_a_worker_gets_its_copy_of_the_routes(controller, tmp_path):
    worker = await PlayedWorker.join(tmp_path / "controller.sock")
    controller.share_routes()
    assert (await worker.hears(Routes)).routes == {FORWARDED: "sip:r2@127.0.0.1:5071"}
    await worker.vanish()


async def test_workers_forget_the_route_of_the_last_resident_who_had_one(api, keeper, controller, tmp_path):
    worker = await PlayedWorker.join(tmp_path / "controller.sock")
    residents = tuple(resident for resident in api.snapshot.enrolments if not resident.delivery_route)
    api.snapshot = api.snapshot.model_copy(update={"version": "2", "enrolments": residents})
    await keeper.refresh_snapshot()
    controller.share_routes()
    assert await worker.hears(Routes) == Routes(routes={}, first=True)
    await worker.vanish()


async def test_an_invite_is_decided_on_and_reported(worker, record):
    worker.tell(incoming())
    decision = await worker.hears(Decision)
    await record.until(lambda: bool(record.of(CallStarted)))
    assert (decision.call_id, decision.deed, decision.listen) == ("c1", Deed.DELIVER, True)


async def test_a_listed_caller_is_rejected(worker):
    worker.tell(incoming(caller=REJECTED))
    assert (await worker.hears(Decision)).deed is Deed.REJECT


async def test_a_calls_end_is_reported_with_the_time_of_its_answer(worker, record):
    worker.tell(incoming(), ended(answered_at=1.5))
    await record.until(lambda: bool(record.of(CallEnded)))
    end = record.of(CallEnded)[0]
    assert (end.call_id, end.cause, end.answered_at) == ("c1", "caller", datetime.fromtimestamp(1.5, UTC))


async def test_the_calls_of_a_lost_worker_end_on_record(worker, record):
    worker.tell(incoming("c1"), incoming("c2"))
    await record.until(lambda: len(record.of(CallStarted)) == 2)
    await worker.vanish()
    await record.until(lambda: len(record.of(CallEnded)) == 2)
    assert {(end.call_id, end.cause) for end in record.of(CallEnded)} == {
        ("c1", "worker_lost"),
        ("c2", "worker_lost"),
    }


async def test_a_lost_workers_ended_calls_are_not_reported_again(worker, record):
    worker.tell(incoming("c1"), ended("c1"), incoming("c2"))
    await record.until(lambda: len(record.of(CallStarted)) == 2)
    await worker.vanish()
    await record.until(lambda: len(record.of(CallEnded)) == 2)
    assert [(end.call_id, end.cause) for end in record.of(CallEnded)] == [
        ("c1", "caller"),
        ("c2", "worker_lost"),
    ]


async def test_calls_of_other_workers_go_on_when_one_is_lost(worker, record, tmp_path):
    other = await PlayedWorker.join(tmp_path / "controller.sock", index=1)
    worker.tell(incoming("c1"))
    other.tell(incoming("c2"))
    await record.until(lambda: len(record.of(CallStarted)) == 2)
    await worker.vanish()
    await record.until(lambda: bool(record.of(CallEnded)))
    other.tell(ended("c2"))
    await record.until(lambda: len(record.of(CallEnded)) == 2)
    await other.vanish()
    assert [end.cause for end in record.of(CallEnded)] == ["worker_lost", "caller"]


async def test_a_warning_call_is_led_to_its_outcome(worker, controller, record):
    controller.take(leased())
    dial = await worker.hears(Dial)
    assert (dial.route, dial.caller) == ("sip:13800000001@127.0.0.1:5070", "96110")
    worker.tell(Dialled(call_id="a1", at=1.0), Answered(call_id="a1", at=2.0))
    assert (await worker.hears(Play)).file == "warning_police.wav"
    worker.tell(Digit(call_id="a1", digit="1", at=3.0))
    await record.until(lambda: bool(record.of(AttemptEnded)))
    assert record.of(AttemptEnded)[0].outcome is Outcome.ACKNOWLEDGED


async def test_a_warning_calls_end_is_not_taken_for_a_calls(worker, controller, record):
    controller.take(leased())
    await worker.hears(Dial)
    worker.tell(Answered(call_id="a1", at=2.0))
    await worker.hears(Play)
    worker.tell(Digit(call_id="a1", digit="1", at=3.0))
    reply = await worker.hears(Play)
    worker.tell(Played(call_id="a1", file=reply.file))
    await worker.hears(HangUp)
    worker.tell(ended("a1"), incoming("c1"), ended("c1"))
    await record.until(lambda: bool(record.of(CallEnded)))
    assert [end.call_id for end in record.of(CallEnded)] == ["c1"]


async def test_a_warning_call_is_interrupted_when_its_worker_is_lost(worker, controller, record):
    controller.take(leased())
    await worker.hears(Dial)
    await worker.vanish()
    await record.until(lambda: bool(record.of(AttemptEnded)))
    assert record.of(AttemptEnded)[0].outcome is Outcome.INTERRUPTED


async def test_a_warning_call_goes_to_the_worker_that_has_room(controller, worker, tmp_path):
    worker.tell(Stats(free_slots=0, counters={}))
    other = await PlayedWorker.join(tmp_path / "controller.sock", index=1, free=2)
    controller.take(leased())
    assert (await other.hears(Dial)).call_id == "a1"
    await other.vanish()


async def test_an_operators_order_reaches_the_calls_worker(worker, controller):
    worker.tell(incoming())
    await worker.hears(Decision)
    order = Command(id="o1", kind=CommandKind.WHISPER, call_id="c1")
    controller.take(PollReply(commands=(order,), snapshot_version="1", overlay_version="1"))
    play = await worker.hears(Play)
    assert (play.call_id, play.to, play.hold_peer) == ("c1", Speaker.RESIDENT, True)


async def test_an_order_for_a_call_that_is_over_does_no_harm(worker, controller):
    order = Command(id="o1", kind=CommandKind.HANG_UP_CALLER, call_id="gone")
    controller.take(PollReply(commands=(order,), snapshot_version="1", overlay_version="1"))
    worker.tell(incoming())
    assert await worker.hears(Decision)


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\2\1{}"])
@pytest.mark.usefixtures("controller")
async def test_a_peer_that_does_not_speak_the_protocol_is_hung_up_on(tmp_path, data):
    stranger = PlayedWorker(*await asyncio.open_unix_connection(tmp_path / "controller.sock"))
    stranger.write(data)
    assert await stranger.is_hung_up_on()
    await stranger.vanish()


async def test_a_call_from_a_trunk_nobody_knows_does_not_cut_off_the_worker(worker):
    worker.tell(incoming("c1").model_copy(update={"trunk": "unknown"}), incoming("c2"))
    assert (await worker.hears(Decision)).call_id == "c2"


async def test_sound_of_a_call_that_is_over_does_no_harm(worker):
    worker.sound(Sound("gone", Speaker.CALLER, 1.0, bytes(1600)))
    worker.tell(incoming())
    assert await worker.hears(Decision)


async def test_what_becomes_of_listening_is_counted(worker, controller, record):
    worker.tell(incoming())
    await worker.hears(Decision)
    worker.sound(Sound("c1", Speaker.CALLER, 1.0, bytes(1600)))
    await record.until(lambda: bool(record.of(CallNoted)))
    assert controller.offer().counters["speech_lost"] == 1


async def test_counters_of_a_lost_worker_are_not_forgotten(worker, controller, record):
    worker.tell(incoming())
    await record.until(lambda: bool(record.of(CallStarted)))
    await worker.vanish()
    await record.until(lambda: bool(record.of(CallEnded)))
    assert controller.offer().counters["incoming"] == 1


async def test_a_node_without_a_worker_offers_no_slot(controller):
    assert controller.offer().free_slots == 0


async def test_nobody_else_may_enter_the_sockets_folder(controller, tmp_path):
    server = await controller.workers.serve(tmp_path / "own" / "controller.sock")
    assert (tmp_path / "own").stat().st_mode & 0o077 == 0
    server.close()
