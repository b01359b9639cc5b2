"""What the controller decides is done; where it is silent or away, the call is delivered all the same."""

from __future__ import annotations

import time

import pytest

from contracts.evidence import Speaker
from telephony.link.messages import Answered, Decision, Deed, Ended, Hello, Incoming, Routes
from telephony.worker.bridged import DECISION_S
from tests.fixtures.raw_sip import RawSip

pytestmark = [pytest.mark.sip, pytest.mark.timeout(60)]


def decide(exchange, **decision):
    exchange.controller.decide = lambda incoming: [Decision(call_id=incoming.call_id, **decision)]


def test_a_rejected_caller_is_declined(exchange):
    decide(exchange, deed=Deed.REJECT, sip_code=603)
    assert exchange.call().status() == 603


def test_a_rejected_call_never_rings(exchange):
    decide(exchange, deed=Deed.REJECT)
    exchange.call().status()
    assert exchange.phone.of("INVITE") == []


def test_a_rejected_call_ends_on_record(exchange):
    decide(exchange, deed=Deed.REJECT)
    exchange.call().status()
    ended = exchange.controller.wait_for(Ended)
    assert (ended.cause, ended.sip_code, ended.answered_at) == ("rejected", 603, None)


def test_a_diverted_caller_is_told_where_to_go(exchange):
    decide(exchange, deed=Deed.REDIRECT, route="sip:110@127.0.0.1:5999")
    reply = exchange.call().wait_for(302)
    assert reply.header("Contact") == "<sip:110@127.0.0.1:5999>"


def test_a_call_is_delivered_to_the_decided_route(exchange):
    elsewhere = RawSip()
    try:
        decide(exchange, deed=Deed.DELIVER, route=f"sip:r2@127.0.0.1:{elsewhere.port}")
        call = exchange.call()
        assert call.status() == 200
        call.hang_up()
        assert elsewhere.wait_for("INVITE").uri == f"sip:r2@127.0.0.1:{elsewhere.port}"
        elsewhere.wait_for("BYE")
    finally:
        elsewhere.close()


def test_a_delivered_call_is_marked_against_loops(exchange):
    exchange.call().status()
    call_id = exchange.controller.of(Incoming)[0].call_id
    assert exchange.phone.wait_for("INVITE").header("X-Changmao-Call") == call_id


def test_the_answer_is_told_once_with_its_time(exchange):
    exchange.call().status()
    exchange.controller.wait_for(Answered)
    assert abs(exchange.controller.of(Answered)[0].at - time.time()) < 5


def test_a_call_that_is_not_monitored_is_not_listened_to(exchange):
    decide(exchange, deed=Deed.DELIVER, listen=False)
    call = exchange.call()
    call.status()
    exchange.controller.wait_for(Answered)
    call.hang_up()
    exchange.controller.wait_for(Ended)
    assert exchange.controller.sounds == {}


def test_a_silent_controller_does_not_keep_the_call_from_the_resident(exchange):
    exchange.controller.decide = lambda _: []
    assert exchange.call().status() == 200


def test_a_silent_controller_is_waited_for_as_long_as_is_said_and_no_longer(exchange):
    exchange.controller.decide = lambda _: []
    began = time.monotonic()
    exchange.call()
    exchange.phone.wait_for("INVITE")
    assert DECISION_S <= time.monotonic() - began < DECISION_S + 2  # of which 20 ms are ours


def test_a_delivery_without_a_decision_is_recorded_as_degraded(exchange):
    exchange.controller.decide = lambda _: []
    exchange.call().status()
    told = exchange.controller.wait_for(Incoming, 2)
    assert (told.degraded, told.ongoing) == (True, True)


def test_a_late_decision_adds_listening(exchange):
    exchange.controller.decide = lambda _: []
    exchange.call().status()
    late = exchange.controller.wait_for(Incoming, 2)
    assert exchange.controller.sounds == {}
    exchange.controller.send(Decision(call_id=late.call_id, deed=Deed.DELIVER, listen=True))
    exchange.controller.until(lambda: len(exchange.controller.sounds) == 2, "sound of both legs")


def test_a_late_decision_does_not_undo_a_delivery(exchange):
    exchange.controller.decide = lambda _: []
    call = exchange.call()
    late = exchange.controller.wait_for(Incoming, 2)
    exchange.controller.send(Decision(call_id=late.call_id, deed=Deed.REJECT))
    assert call.status() == 200


def test_without_a_decision_the_workers_own_copy_of_the_routes_is_taken(exchange):
    elsewhere = RawSip()
    try:
        route = f"sip:r2@127.0.0.1:{elsewhere.port}"
        exchange.controller.send(Routes(routes={"+8613800000001": route}))
        exchange.call("13800000002").status()  # what is decided on this one was said after the routes
        exchange.controller.decide = lambda _: []
        call = exchange.call()
        assert elsewhere.wait_for("INVITE").uri == route
        call.status()
        call.hang_up()
        elsewhere.wait_for("BYE")
    finally:
        exchange.controller.send(Routes(routes={}))
        elsewhere.close()


def test_a_controller_that_comes_back_is_told_of_the_calls_that_go_on(exchange):
    call = exchange.call()
    call.status()
    first = exchange.controller.wait_for(Incoming)
    hellos = len(exchange.controller.of(Hello))
    exchange.controller.hang_up()
    exchange.controller.wait_for(Hello, hellos + 1)
    again = exchange.controller.wait_for(Incoming, 2)
    assert (again.call_id, again.ongoing) == (first.call_id, True)


def test_sound_flows_again_to_a_controller_that_came_back(exchange):
    exchange.call().status()
    call_id = exchange.controller.wait_for(Incoming).call_id
    exchange.controller.hang_up()
    exchange.controller.wait_for(Incoming, 2)
    exchange.controller.sounds.clear()
    exchange.controller.until(
        lambda: {party for _, party in exchange.controller.sounds} == set(Speaker), f"sound of {call_id}"
    )
