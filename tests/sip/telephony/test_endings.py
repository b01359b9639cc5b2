"""How calls end: busy, not found, cancelled, hung up, too many at once; never with a leg left over."""

from __future__ import annotations

import time

import pytest

from telephony.link.messages import Decision, Deed, Ended, HangUp, Incoming, Play
from telephony.worker import bridged

pytestmark = [pytest.mark.sip, pytest.mark.timeout(60)]


def ended(exchange):
    end = exchange.controller.wait_for(Ended)
    return end.cause, end.sip_code


@pytest.mark.parametrize("status", [486, 404, 480, 603, 500])
def test_what_the_residents_network_says_is_passed_on_to_the_caller(exchange, status):
    exchange.phone.manners = lambda _: (180, status)
    assert exchange.call().status() == status
    assert ended(exchange) == ("not_delivered", status)


def test_ringing_is_passed_on_to_the_caller(exchange):
    exchange.phone.manners = lambda _: (180,)
    call = exchange.call()
    call.wait_for(180)
    call.cancel()


def test_a_telephone_that_refuses_connections_is_unavailable_at_once(exchange):
    exchange.controller.decide = lambda incoming: [
        Decision(call_id=incoming.call_id, deed=Deed.DELIVER, route="sip:1@127.0.0.1:1;transport=tcp")
    ]
    began = time.monotonic()
    assert exchange.call().status() >= 500
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("route", ["nonsense", "sip:", "sip:1@127.0.0.1:99999", "sip:a b@127.0.0.1"])
def test_a_route_that_cannot_be_dialled_does_not_leave_the_caller_ringing(exchange, route):
    exchange.controller.decide = lambda incoming: [
        Decision(call_id=incoming.call_id, deed=Deed.DELIVER, route=route)
    ]
    assert exchange.call().status() >= 500


def test_the_call_after_one_that_could_not_be_dialled_is_delivered(exchange):
    exchange.controller.decide = lambda incoming: [
        Decision(call_id=incoming.call_id, deed=Deed.DELIVER, route="nonsense")
    ]
    exchange.call().status()
    exchange.controller.reset()
    call = exchange.call()
    assert call.status() == 200
    exchange.until_bridged()
    assert exchange.phone.of("BYE") == []


def test_a_caller_who_gives_up_while_it_rings_leaves_no_leg(exchange):
    exchange.phone.manners = lambda _: (180,)
    call = exchange.call()
    call.wait_for(180)
    call.cancel()
    assert call.status() == 487
    exchange.phone.wait_for("CANCEL")
    assert ended(exchange)[0] == "caller"
    exchange.until_idle()


def test_a_caller_who_gives_up_at_once_leaves_no_leg(exchange):
    exchange.controller.decide = lambda _: []
    exchange.phone.manners = lambda _: ()
    call = exchange.call()
    call.wait_for(100)
    call.cancel()
    assert call.status() == 487
    exchange.until_idle()


def test_when_the_caller_hangs_up_the_resident_hears_it(exchange):
    call = exchange.call()
    call.status()
    call.hang_up()
    exchange.phone.wait_for("BYE")
    assert ended(exchange)[0] == "caller"


def test_the_policy_may_end_the_callers_leg_and_keep_the_residents(exchange):
    exchange.call().status()
    call_id = exchange.until_bridged()
    exchange.controller.send(HangUp(call_id=call_id, party="caller", keep_peer=True))
    exchange.caller.wait_for("BYE")
    assert exchange.phone.of("BYE") == []
    exchange.controller.send(HangUp(call_id=call_id))
    exchange.phone.wait_for("BYE")
    assert ended(exchange)[0] == "policy"


def test_a_recording_that_is_not_there_costs_no_call(exchange):
    exchange.call().status()
    call_id = exchange.until_bridged()
    exchange.controller.send(Play(call_id=call_id, file="absent.wav"))
    exchange.controller.send(HangUp(call_id=call_id))
    exchange.phone.wait_for("BYE")


def test_a_third_call_is_turned_away_and_the_two_others_go_on(exchange):
    for number in ("13800000001", "13800000002"):
        assert exchange.call(number).status() == 200
    assert exchange.call("13800000003").status() in {486, 503}
    assert exchange.phone.of("BYE") == []
    assert exchange.caller.of("BYE") == []


def test_of_three_calls_that_wait_for_a_decision_at_once_two_are_delivered(exchange):
    exchange.controller.decide = lambda _: []
    exchange.phone.manners = lambda _: (180,)
    calls = [exchange.call(f"1380000000{number}") for number in range(3)]
    exchange.phone.until(lambda: len(exchange.phone.of("INVITE")) == 2, "two telephones that ring")
    exchange.caller.until(lambda: [call.final for call in calls].count(None) == 2, "one final answer")
    assert [call.final.status for call in calls if call.final] in ([486], [503])
    for call in calls:
        call.cancel()


def test_five_invites_against_four_slots_are_all_answered(exchange):
    exchange.phone.manners = lambda _: (180,)
    calls = [exchange.call(f"1380000000{number}") for number in range(5)]
    exchange.caller.until(lambda: sum(call.final is not None for call in calls) == 3, "three final answers")
    assert {call.final.status for call in calls if call.final} <= {486, 503}
    for call in calls:
        call.cancel()
    exchange.until_idle()
    exchange.phone.reset()
    assert exchange.call().status() == 200


def test_every_call_ends_on_record_once(exchange):
    for _ in range(3):
        call = exchange.call()
        call.status()
        call.hang_up()
        exchange.until_idle()
    started = {incoming.call_id for incoming in exchange.controller.of(Incoming)}
    assert sorted(end.call_id for end in exchange.controller.of(Ended)) == sorted(started)


def test_ringing_is_bounded():
    # RFC 3261 16.8, timer C: more than 3 minutes.
    assert 180 <= bridged.RING_BOUND_S < 300
