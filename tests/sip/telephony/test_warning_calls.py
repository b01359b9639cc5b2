"""Calls of our own to a resident: dialled, played, a key heard, the ringing bounded."""

from __future__ import annotations

import time

import pytest

from contracts.evidence import Speaker
from telephony.link.messages import Answered, Dial, Dialled, Digit, Ended, HangUp, Incoming, Play, Played
from tests.fixtures.likeness import samples_of, share_heard
from tests.fixtures.sound_files import PROMPTS, silence
from tests.fixtures.telephones import resident_phone

pytestmark = [pytest.mark.sip, pytest.mark.timeout(90)]

PROMPT = "connecting_operator.wav"
LONGEST_ID = f"{'f' * 32}-{9999}"
"""As an attempt's may be: its warning's and a number."""


def dial(port, ring_seconds=20.0, call_id="a1"):
    route = f"sip:13800000001@127.0.0.1:{port}"
    return Dial(call_id=call_id, route=route, caller="96110", attempt_id=call_id, ring_seconds=ring_seconds)


def hang_up(exchange):
    exchange.controller.send(HangUp(call_id="a1"))
    exchange.controller.wait_for(Ended)


def test_the_invite_shows_the_trunks_number_and_bears_the_attempt(exchange):
    exchange.controller.send(dial(exchange.phone.port))
    invite = exchange.phone.wait_for("INVITE")
    assert invite.header("From").startswith("<sip:96110@127.0.0.1>")
    assert (invite.header("X-Changmao-Attempt"), invite.header("X-Changmao-Call")) == ("a1", "a1")
    exchange.controller.wait_for(Answered)
    hang_up(exchange)


def test_dialled_and_answered_are_told_in_order(exchange):
    exchange.controller.send(dial(exchange.phone.port))
    exchange.controller.wait_for(Answered)
    told = [message.type for message in exchange.controller.messages]
    hang_up(exchange)
    assert told == ["dialled", "answered"]


def test_what_nobody_answers_is_cancelled_when_its_time_is_over(exchange):
    exchange.phone.manners = lambda _: (180,)
    began = time.monotonic()
    exchange.controller.send(dial(exchange.phone.port, ring_seconds=1.0))
    exchange.phone.wait_for("CANCEL")
    rang = time.monotonic() - began
    ended = exchange.controller.wait_for(Ended)
    assert (ended.sip_code, ended.answered_at) == (487, None)
    assert 0.9 < rang < 2.0


@pytest.mark.parametrize("status", [486, 480, 404, 603])
def test_what_the_network_says_is_told(exchange, status):
    exchange.phone.manners = lambda _: (status,)
    exchange.controller.send(dial(exchange.phone.port))
    assert exchange.controller.wait_for(Ended).sip_code == status


def test_early_media_is_listened_to(exchange):
    exchange.phone.manners = lambda _: (183,)
    exchange.controller.send(dial(exchange.phone.port, call_id=LONGEST_ID))
    exchange.controller.until(lambda: exchange.controller.sounds[LONGEST_ID, Speaker.RESIDENT], "sound")
    exchange.controller.send(HangUp(call_id=LONGEST_ID))
    exchange.controller.wait_for(Ended)


def test_nothing_is_listened_to_once_somebody_has_answered(exchange):
    exchange.phone.manners = lambda _: (183,)
    exchange.controller.send(dial(exchange.phone.port))
    exchange.controller.until(lambda: exchange.controller.sounds["a1", Speaker.RESIDENT], "sound")
    exchange.phone.answer()
    exchange.controller.wait_for(Answered)
    exchange.controller.sounds.clear()
    exchange.controller.send(Play(call_id="a1", file=PROMPT))
    exchange.controller.wait_for(Played)
    hang_up(exchange)
    assert exchange.controller.sounds == {}


def test_a_route_that_cannot_be_dialled_is_told_at_once_and_never_as_dialled(exchange):
    bad = dial(1).model_copy(update={"route": "nonsense"})
    exchange.controller.send(bad)
    assert exchange.controller.wait_for(Ended).sip_code == 503
    assert exchange.controller.of(Dialled) == []


def test_a_warning_call_is_ended_when_nobody_leads_it_any_more(exchange):
    exchange.controller.send(dial(exchange.phone.port))
    exchange.controller.wait_for(Answered)
    exchange.controller.hang_up()
    exchange.phone.wait_for("BYE")
    exchange.call().status()  # what is told of this one was said after whatever was told of the other
    exchange.controller.wait_for(Incoming)
    assert exchange.controller.of(Ended) == []


def test_a_resident_hears_the_warning_and_presses_a_key(exchange, tmp_path):
    wav = silence(1, tmp_path)
    with resident_phone(wav=wav, record=tmp_path, digit="2", press_after_s=4.0) as resident:
        exchange.controller.send(dial(resident.script.sip_port))
        exchange.controller.wait_for(Answered)
        exchange.controller.send(Play(call_id="a1", file=PROMPT))
        digit = exchange.controller.wait_for(Digit)
        played = exchange.controller.wait_for(Played)
        hang_up(exchange)
        resident.wait_for("gone")
        assert resident.of("invite")[0].attempt == "a1"
    assert (digit.call_id, digit.digit, played.file) == ("a1", "2", PROMPT)
    assert share_heard(samples_of(PROMPTS / PROMPT), samples_of(tmp_path / "resident-1.wav")) > 0.8
