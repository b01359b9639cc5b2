"""Control messages survive the way over the socket; what is none is refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from contracts.evidence import Speaker
from contracts.taxonomy import ScamType
from telephony.controller import screened, warning_call
from telephony.link.framing import FrameReader, encode_message
from telephony.link.messages import (
    CONTROLLER_MESSAGE,
    WORKER_MESSAGE,
    Answered,
    Decision,
    Deed,
    Dial,
    Dialled,
    Digit,
    Ended,
    HangUp,
    Hello,
    Incoming,
    Play,
    Played,
    Routes,
    Stats,
)
from telephony.worker.calls import PROMPTS

pytestmark = pytest.mark.unit

FROM_WORKER = [
    Hello(worker=1, pid=2, slots=4),
    Incoming(call_id="c", trunk="pbx", caller="匿名", called="13800000001", at=1.25, degraded=True),
    Answered(call_id="c", at=1.25),
    Dialled(call_id="c", at=1.25),
    Ended(call_id="c", cause="caller", sip_code=200, at=1.25, answered_at=1.0),
    Digit(call_id="c", digit="#", at=1.25),
    Played(call_id="c", file="press_keys.wav"),
    Stats(free_slots=-1, counters={"incoming": 3}),
]
FROM_CONTROLLER = [
    Decision(call_id="c", deed=Deed.REDIRECT, route="sip:110@127.0.0.1", sip_code=603, listen=True),
    Dial(call_id="c", route="sip:1@x", caller="96110", attempt_id="a", ring_seconds=2.5),
    Play(call_id="c", file="press_keys.wav", to=Speaker.CALLER, hold_peer=True),
    HangUp(call_id="c", party=Speaker.CALLER, keep_peer=True),
    Routes(routes={"+8613800000001": "sip:1@x"}),
]


@pytest.mark.parametrize("message", FROM_WORKER, ids=lambda message: message.type)
def test_the_controller_reads_what_a_worker_says(message):
    (body,) = FrameReader().feed(encode_message(message))
    assert WORKER_MESSAGE.validate_json(body) == message


@pytest.mark.parametrize("message", FROM_CONTROLLER, ids=lambda message: message.type)
def test_a_worker_reads_what_the_controller_says(message):
    (body,) = FrameReader().feed(encode_message(message))
    assert CONTROLLER_MESSAGE.validate_json(body) == message


@pytest.mark.parametrize(
    "body",
    ["", "{}", '{"type": "nonsense"}', '{"type": "digit", "call_id": "c"}', '{"type": "hello", "x": 1}'],
)
def test_what_is_no_message_is_refused(body):
    with pytest.raises(ValidationError):
        WORKER_MESSAGE.validate_json(body)


@pytest.mark.parametrize("scam_type", ScamType)
def test_there_is_a_recorded_warning_for_every_scam_type(scam_type):
    assert (PROMPTS / f"warning_{scam_type.value}.wav").is_file()


@pytest.mark.parametrize(
    "file",
    [warning_call.KEYS, warning_call.CONFIRMED, warning_call.OPERATOR, screened.WHISPER, screened.BLOCKED],
)
def test_every_recording_that_is_asked_for_is_shipped(file):
    assert (PROMPTS / file).is_file()
